import { expect, it } from 'vitest';
import { awayPause, failedPause, MOST_TRIES } from '../../../../src/logplex/drains/patience.js';

it('a receiver that is away is asked at once, then less and less, every 5 min at least', () => {
  expect([1, 2, 3, 4, 9, 10, 11, 1_000].map((times) => awayPause(times, () => 0))).toEqual([
    0, 1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000,
  ]);
});

it('the pauses are spread, so that what failed together does not come together', () => {
  expect(awayPause(4, () => 0.999)).toBeGreaterThanOrEqual(3_200);
  expect(awayPause(4, () => 0.5)).toBe(3_600);
});

it('a batch that is not taken is tried for longer than a restart of 5 s takes', () => {
  const pauses = Array.from({ length: MOST_TRIES - 1 }, (_, at) => failedPause(at + 1, () => 1));
  expect(pauses.reduce((sum, each) => sum + each)).toBeGreaterThan(7_000);
});
