// For starting up while something that is needed isn't there yet.
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.js';

/** Does it again and again until it works, saying why it didn't; throws the last error after `forMs`. */
export async function keepTrying<T>(what: string, work: () => Promise<T>, o: { forMs: number; everyMs?: number }): Promise<T> {
  const deadline = Date.now() + o.forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      log('waiting', { for: what, error: (error as Error).message });
      await sleep(o.everyMs ?? 500);
    }
  }
}
