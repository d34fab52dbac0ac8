import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepWithin } from '../../../../src/providers/backup/keep-within.js';

const MB = 1024 * 1024;
const never = new AbortController().signal;

it('what is as large as it may be goes on; what is larger ends', async () => {
  const sizes = [10 * MB, 10 * MB + 1];
  const looks: number[] = [];
  const size = async () => {
    looks.push(sizes[looks.length] ?? NaN);
    return looks.at(-1)!;
  };
  const within = keepWithin(size, { limitMb: 10, signal: never, everyMs: 1 });
  await once(within.signal, 'abort');
  expect(looks).toEqual(sizes);
  expect(within.signal.reason).toMatchObject({ name: 'TransferFault', message: 'it is larger than the plan: more than 10 MB' });
});

it('looks no more when it is stopped, or the other ends', async () => {
  let looks = 0;
  const size = async () => (looks += 1);
  const other = new AbortController();
  keepWithin(size, { limitMb: 1, signal: never, everyMs: 1 }).stop();
  const within = keepWithin(size, { limitMb: 1, signal: other.signal, everyMs: 1 });
  other.abort(new Error('another'));
  await sleep(20);
  expect(looks).toBe(0);
  expect(within.signal.reason).toMatchObject({ message: 'another' });
});
