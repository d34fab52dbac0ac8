import { expect, test } from 'vitest';
import { pause, systemClock } from '../../../../src/lib/async/clock.js';
import { stillClock } from '../../../support/still-clock.js';

test('a pause is over when its time has come, and no sooner', async () => {
  const clock = stillClock();
  const over: string[] = [];
  const both = [pause(clock, 20).then(() => over.push('later')), pause(clock, 10).then(() => over.push('sooner'))];
  clock.turn(9);
  await new Promise(setImmediate);
  expect(over).toEqual([]);
  clock.turn(100);
  await Promise.all(both);
  expect(over).toEqual(['sooner', 'later']);
});

test.each([
  ['aborted meanwhile', (leaving: AbortController) => void queueMicrotask(() => leaving.abort())],
  ['aborted before', (leaving: AbortController) => leaving.abort()],
])('one that is %s is over at once', async (_, abort) => {
  const leaving = new AbortController();
  abort(leaving);
  await pause(systemClock, 60_000, leaving.signal);
});

test('a bell that was taken down does not ring', () => {
  const clock = stillClock();
  let hasRung = false;
  const cancel = clock.after(5, () => (hasRung = true));
  cancel();
  clock.turn(10);
  expect(hasRung).toBe(false);
});
