import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../model/errors.js';

/** Asks again and again, often at first, until there is an answer. Undefined when time is up. */
export async function waitFor<T>(ask: () => Promise<T | undefined>, timeoutMs: number): Promise<T | undefined> {
  const began = performance.now();
  for (;;) {
    const answer = await ask();
    const passedMs = performance.now() - began;
    if (answer !== undefined || passedMs > timeoutMs) return answer;
    await sleep(pauseMs(passedMs));
  }
}

/** A deploy that is quick ends within two seconds; what takes longer bears a coarser look. */
function pauseMs(passedMs: number): number {
  if (passedMs < 500) return 10;
  if (passedMs < 2_000) return 30;
  return passedMs < 10_000 ? 100 : 250;
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
