import { expect, it } from 'vitest';
import { isDue, overDiskText, type Seen } from '../../../../src/dynos/readings/over-disk.js';

const SIZE = { diskMb: 4096, files: 1000 };
const seen = (o: Partial<Seen> = {}): Seen => ({
  used: { mb: 96, files: 400 },
  free: { mb: 50_000, files: 100_000 },
  at: 0,
  tookMs: 100,
  ...o,
});
const LEFT = { mb: 50_000, files: 100_000 };

it.each([
  ['the first time', undefined, LEFT, 0, true],
  ['when nothing was written', seen(), LEFT, 5_000, false],
  ['when all that was written may be its own, and isn’t too much', seen(), { mb: 46_000, files: 100_000 }, 5_000, false],
  ['when it could be too much', seen(), { mb: 45_999, files: 100_000 }, 5_000, true],
  ['when there could be too many files', seen(), { mb: 50_000, files: 99_399 }, 5_000, true],
  ['after two minutes', seen(), LEFT, 120_000, true],
  ['later where a look takes long', seen({ tookMs: 10_000 }), LEFT, 199_000, false],
  ['as it must', seen({ tookMs: 10_000 }), LEFT, 200_000, true],
  ['not before two minutes where the disk isn’t seen', seen({ free: null }), null, 119_000, false],
])('is looked at %s', (_about, before, free, now, due) => {
  expect(isDue(before, { size: SIZE, free, now })).toBe(due);
});

it.each([
  [{ mb: 4096, files: 1000 }, null],
  [{ mb: 4300, files: 1 }, 'Disk quota exceeded: it has written 4300 of 4096 MB (105.0%)'],
  [{ mb: 1, files: 1200 }, 'Disk quota exceeded: it has made 1200 of 1000 files (120.0%)'],
])('%o', (used, text) => expect(overDiskText(used, SIZE)).toBe(text));
