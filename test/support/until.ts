// Waiting for what comes by itself, with a limit that a busy machine keeps.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const LIMIT_MS = 60_000;

/** Asks until the answer is as expected: `await until(read).toBe('up')`. */
export function until<T>(read: () => Promise<T> | T, timeout = LIMIT_MS) {
  return expect.poll(read, { timeout, interval: 30 });
}

/** Waits until it is so; fails with what wasn't. */
export async function untilSo(what: string, isSo: () => boolean | Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so after ${limitMs} ms: ${what}`);
    await sleep(20);
  }
}
