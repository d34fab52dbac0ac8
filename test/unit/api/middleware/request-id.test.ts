import { expect, it } from 'vitest';
import { mergeIds } from '../../../../src/api/middleware/request-id.js';

const OWN = '01234567-89ab-cdef-0123-456789abcdef';
const other = (n: number) => OWN.replace(/^0/, String(n));

it.each([
  ['', OWN],
  [other(1), `${OWN},${other(1)}`],
  [` ${other(1)} , ${other(2)},,`, `${OWN},${other(1)},${other(2)}`],
  [`${other(1)},${OWN},${other(1)}`, `${OWN},${other(1)}`],
  ['short', OWN],
  ['x'.repeat(65), OWN],
  [`evil header: 1,"<script>",${other(3)}`, `${OWN},${other(3)}`],
])('ids that came as %j', (header, merged) => expect(mergeIds(OWN, header)).toBe(merged));

it('no more of them than a header holds', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `id-of-call-${index}`).join(',');
  expect(mergeIds(OWN, many).split(',')).toHaveLength(100);
});
