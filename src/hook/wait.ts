import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../model/errors.js';

const FIRST_MS = 20;
const LONGEST_MS = 250;

/** Asks again and again, at first every 20 ms, later every 250, until there is an answer. Undefined when time is up. */
export async function waitFor<T>(ask: () => Promise<T | undefined>, timeoutMs: number): Promise<T | undefined> {
  const until = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_MS; ; pauseMs = Math.min(pauseMs * 1.2, LONGEST_MS)) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > until) return answer;
    await sleep(pauseMs);
  }
}

/** Asks once. A store of the platform may be away for a moment: then there is no answer yet. */
export async function patiently(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PlatformError && error.id === 'unavailable') return undefined;
    throw error;
  }
}
