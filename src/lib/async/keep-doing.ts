import { log } from '../../lib/log.js';

/** Does it now, and again so long after each end; a failure is logged when it is another than before. Returns how it is stopped. */
export function keepDoing(what: string, everyMs: number, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let trouble: string | undefined;

  async function run(): Promise<void> {
    const reason = await work().then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (reason !== undefined && reason !== trouble) log('not-done', { what, error: reason });
    trouble = reason;
    if (!isStopped) timer = setTimeout(() => void run(), everyMs);
  }

  void run();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
