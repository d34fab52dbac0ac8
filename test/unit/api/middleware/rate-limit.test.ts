import { expect, it } from 'vitest';
import { refill } from '../../../../src/api/middleware/rate-limit.js';

it.each([
  [4500, 0, 4500],
  [0, 60_000, 75],
  [100, 120_000, 250],
  [0, 3_600_000, 4500],
  [4499, 60_000, 4500],
])('%i left, %i ms later: %i', (left, ms, after) => {
  expect(refill({ left, at: 5_000 }, 5_000 + ms)).toEqual({ left: after, at: 5_000 + ms });
});
