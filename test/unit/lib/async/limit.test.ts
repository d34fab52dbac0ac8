import { expect, test } from 'vitest';
import { limit } from '../../../../src/lib/async/limit.js';

test('lets so many through at a time, in order, and goes on after a failure', async () => {
  const gate = limit(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (number: number) =>
    gate(async () => {
      order.push(number);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      if (number === 1) throw new Error('one');
      return number;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});
