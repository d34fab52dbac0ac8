import { expect, test } from 'vitest';
import { isLoss, lossLine, noLoss } from '../../../src/dynos/output/loss.js';
import { isDropped, nextFile, type LogFile } from '../../../src/dynos/output/next-file.js';

const files = (...ids: string[]): LogFile[] => ids.map((id) => ({ id, path: `/log.${id}`, size: 10 }));

test.each([
  { what: 'the newest', id: 'c', kept: ['a', 'b', 'c'], seen: ['a', 'b', 'c'], next: null, lost: 0 },
  { what: 'one that was rotated', id: 'b', kept: ['a', 'b', 'c'], seen: ['a', 'b'], next: 'c', lost: 0 },
  { what: 'one that is dropped, its successor is there', id: 'a', kept: ['b', 'c', 'd'], seen: ['a', 'b', 'c'], next: 'b', lost: 0 },
  { what: 'one that is dropped, and its successor too', id: 'a', kept: ['c', 'd', 'e'], seen: ['a', 'b', 'c'], next: 'c', lost: 10 },
  { what: 'one that is dropped, with all that were seen', id: 'a', kept: ['x', 'y'], seen: ['a', 'b', 'c'], next: 'x', lost: null },
  { what: 'one that nobody knows', id: 'a', kept: ['x', 'y'], seen: ['x', 'y'], next: 'x', lost: null },
  { what: 'one of a container that is gone', id: 'a', kept: [], seen: ['a'], next: null, lost: 0 },
])('after $what', ({ id, kept, seen, next, lost }) => {
  const step = nextFile(id, files(...kept), files(...seen));
  expect(step).toEqual(next === null ? { step: 'wait' } : { step: 'open', file: files(next)[0], lostBytes: lost });
});

test('a file is dropped when it is not among those kept', () => {
  expect(isDropped('a', files('a', 'b'))).toBe(false);
  expect(isDropped('a', files('b', 'c'))).toBe(true);
});

test.each([
  [{ messages: 222 }, '222 messages'],
  [{ bytes: 1048576 }, 'about 1048576 bytes of output'],
  [{ messages: 2, bytes: 30 }, '2 messages and about 30 bytes of output'],
  [{ messages: 2, uncounted: true }, 'an unknown number of messages'],
])('a loss of %j is said as %s', (loss, amount) => {
  const line = lossLine({ ...noLoss(), ...loss }, '2026-03-13T15:08:07.000000+00:00', 0);
  expect(line).toBe(
    `1970-01-01T00:00:00.000000+00:00 heroku[logplex]: Error L12: ${amount} dropped since 2026-03-13T15:08:07.000000+00:00.`,
  );
  expect(isLoss({ ...noLoss(), ...loss })).toBe(true);
  expect(isLoss(noLoss())).toBe(false);
});
