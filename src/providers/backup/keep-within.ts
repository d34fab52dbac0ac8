// Sees that what a dump makes of itself ends when it is larger than it may be, by looking: whoever made the dump has the server's tables
// filled by it, and by what it calls when all of it has been read.
import { setTimeout as sleep } from 'node:timers/promises';
import { TransferFault } from './transfer-work.js';

const LOOK_MS = 5_000;
const MB = 1024 * 1024;
/** An add-on is closed there, too. */
export const MOST_OF_PLAN = 1.5;

export interface Within {
  /** Ends with the other, or when there is too much; and, so that nothing is left of what it was given to, by `stop`. */
  signal: AbortSignal;
  stop(): void;
}

/** @param size in bytes; one that can't be had is looked at again */
export function keepWithin(
  size: () => Promise<number>,
  { limitMb, signal, everyMs = LOOK_MS }: { limitMb: number; signal: AbortSignal; everyMs?: number },
): Within {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  async function look(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: either });
      const bytes = await size().catch(() => 0);
      if (bytes > limitMb * MB) over.abort(new TransferFault(`it is larger than the plan: more than ${Math.floor(limitMb)} MB`));
    }
  }
  void look().catch(() => undefined);
  return { signal: either, stop: () => over.abort(new Error('it has ended')) };
}
