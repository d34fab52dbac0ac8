import { makeWake } from '../lib/async/wake.js';
import { PlatformError } from '../model/errors.js';

/**
 * Calls `hear` when what this id names (a build, a release, an app) has changed, until the returned function is called. It may
 * miss a change.
 */
export type Bell = (id: string, hear: () => void) => () => void;

/** Asks until there is an answer: whenever the bell rings for `bell.id`, and now and then without it. Undefined when time is up. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  timeoutMs: number,
  { bell, id }: { bell: Bell; id: string } = SILENT,
): Promise<T | undefined> {
  const began = performance.now();
  const wake = makeWake();
  const stop = bell(id, wake.ring);
  try {
    for (;;) {
      // A ring while we ask is remembered: the answer may change while it is on its way.
      const answer = await ask();
      const passedMs = performance.now() - began;
      if (answer !== undefined || passedMs > timeoutMs) return answer;
      await wake.wait(pauseMs(passedMs));
    }
  } finally {
    stop();
  }
}

const SILENT = { bell: () => () => undefined, id: '' };

function pauseMs(passedMs: number): number {
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
