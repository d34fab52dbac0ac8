import { expect, it } from 'vitest';
import { isHopeless, pauseAfter } from '../../../../src/model/outbox/outbox.js';

it.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [12, 2_048_000],
  [13, 3_600_000],
  [5_000, 3_600_000],
])('after try %i it waits %i ms', (attempt, ms) => expect(pauseAfter(attempt, () => 0)).toBe(ms));

it('spreads the tries by a fifth, downwards', () => expect(pauseAfter(2, () => 0.999_999)).toBe(1_600));

it('gives up after three days', () => {
  const created = new Date(0);
  expect([isHopeless(created, 3 * 86_400_000), isHopeless(created, 3 * 86_400_000 + 1)]).toEqual([false, true]);
});
