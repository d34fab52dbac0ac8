import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Resolves when a stream takes more, or never will; leaves no listener behind. */
export async function roomIn(target: Writable): Promise<void> {
  if (target.destroyed) return;
  const isOver = new AbortController();
  try {
    await Promise.race(['drain', 'close'].map((event) => once(target, event, { signal: isOver.signal })));
  } catch {
    // It broke: it takes no more.
  } finally {
    isOver.abort();
  }
}
