import { expect, test } from 'vitest';
import { isInForce, nextLookMs, toldBefore, verdictOf } from '../../../src/providers/disk.js';

test.each([
  [0, 'fine'],
  [99, 'fine'],
  [100, 'full'],
  [149, 'full'],
  [150, 'closed'],
  [9_999, 'closed'],
])('%i MB of 100 are %s', (usedMb, verdict) => {
  expect(verdictOf(usedMb, 100)).toBe(verdict);
});

test('it is looked at again before it can be full, but not all the time', () => {
  expect(nextLookMs(0, 1_000)).toBe(20_000);
  expect(nextLookMs(0, 100_000)).toBe(60_000);
  expect([990, 1_000, 2_000].map((usedMb) => nextLookMs(usedMb, 1_000))).toEqual([5_000, 5_000, 5_000]);
});

const use = { usedMb: 200, isLimited: true, isClosed: false };
test('one that was closed and is started again is closed again', () => {
  expect(isInForce('closed', 'closed', use)).toBe(false);
  expect(isInForce('closed', 'closed', { ...use, isClosed: true })).toBe(true);
  expect(isInForce('full', 'full', { ...use, isClosed: true })).toBe(false);
});

test('what it was told is read from it where nobody remembers; what an app tells it for itself stays', () => {
  expect(toldBefore(use)).toBe('full');
  expect(toldBefore({ ...use, isClosed: true })).toBe('closed');
  expect(toldBefore({ ...use, isLimited: false })).toBe('fine');
  expect(isInForce('fine', 'fine', use)).toBe(true);
});
