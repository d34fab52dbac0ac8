import { expect, it } from 'vitest';
import { isHopeless, lookAgainAfter, pauseAfter } from '../../../../src/model/outbox/outbox.js';

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

it.each([
  ['nothing waits', null, 0, 5_000],
  ['the next is due in a while', 300, 2, 300],
  ['it is due after the next look', 60_000, 0, 5_000],
  ['some were taken, others are due', -20, 3, 50],
  ['what is due has no place', -20, 0, 1_000],
])('where %s, it looks again after %s ms, having taken %i: %i', (_what, nextMs, taken, ms) =>
  expect(lookAgainAfter({ nextMs, taken, lookMs: 5_000 })).toBe(ms),
);
