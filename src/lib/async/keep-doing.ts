import { log } from '../log.js';
import { makeWake, type Wake } from './wake.js';

/**
 * Does it now, and again so long after each end (in ms, unless `work` returns another number), or when `wake` is rung; a failure is
 * logged when it is another than before. Returns how it is stopped, which doesn't wait for what is under way.
 */
export function keepDoing(what: string, everyMs: number, work: () => Promise<number | void>, wake: Wake = makeWake()): () => void {
  let isStopped = false;
  let trouble: string | undefined;

  async function once(): Promise<number> {
    try {
      const pauseMs = await work();
      trouble = undefined;
      return pauseMs ?? everyMs;
    } catch (error) {
      const { message } = error as Error;
      if (message !== trouble) log('not-done', { what, error: message });
      trouble = message;
      return everyMs;
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) await wake.wait(await once());
  }

  void run();
  return () => {
    isStopped = true;
    wake.ring();
  };
}
