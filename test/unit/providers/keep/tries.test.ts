import { expect, test } from 'vitest';
import { isDue, oneMore, type Tries } from '../../../../src/providers/keep/tries.js';

/** What is tried at once when it may be, and ends `upMs` later; the pauses before each. */
function pauses(upMs: number, times: number): number[] {
  let tries: Tries | undefined;
  let now = 0;
  return Array.from({ length: times }, () => {
    const pauseMs = Math.max(0, (tries?.notBefore ?? 0) - now);
    now += pauseMs;
    expect(isDue(tries, now)).toBe(true);
    if (pauseMs > 0) expect(isDue(tries, now - 1)).toBe(false);
    tries = oneMore(tries, { began: now, ended: now, isUp: true });
    now += upMs;
    return pauseMs;
  });
}

test('one that comes up and ends again is tried more and more seldom, and so on', () => {
  expect(pauses(1_000, 10)).toEqual([0, 0, 7_000, 15_000, 31_000, 59_000, 59_000, 59_000, 59_000, 59_000]);
});

test('one that stayed up is started at once', () => {
  expect(pauses(61_000, 4)).toEqual([0, 0, 0, 0]);
});

test('one that does not come up has not stayed up, however long ago that was', () => {
  const first = oneMore(undefined, { began: 0, ended: 0, isUp: false });
  expect(oneMore(first, { began: 600_000, ended: 600_000, isUp: false })).toMatchObject({ count: 2, notBefore: 608_000 });
});
