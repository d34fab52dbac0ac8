// How containers ended, from the moment it is known until the engine lists it. The engine tells that a container died up to 0.2 s
// before it lists it as ended: its word is taken.
import type { Exit } from '../../docker/dyno/dyno-container.js';

export interface Ends {
  /** The engine says that a container died. */
  died(containerId: string, status: number): void;
  /** The engine says that something in a container was ended for want of memory. */
  outOfMemory(containerId: string): void;
  /** What was heard of a container's end; undefined when nothing was. */
  of(containerId: string): Exit | undefined;
  /** Resolves when a container's end is heard; never, once aborted. */
  heard(containerId: string, signal: AbortSignal): Promise<Exit>;
}

/** By then the engine's own list is right. */
const FORGET_AFTER_MS = 60_000;

export function openEnds(): Ends {
  const exits = new Map<string, Exit>();
  const starved = new Set<string>();
  const waiting = new Map<string, (exit: Exit) => void>();

  return {
    died(containerId, status) {
      const exit = { status, outOfMemory: starved.delete(containerId), ranMs: Infinity };
      exits.set(containerId, exit);
      waiting.get(containerId)?.(exit);
      setTimeout(() => exits.delete(containerId), FORGET_AFTER_MS).unref();
    },
    outOfMemory: (containerId) => void starved.add(containerId),
    of: (containerId) => exits.get(containerId),
    heard(containerId, signal) {
      const known = exits.get(containerId);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        waiting.set(containerId, resolve);
        signal.addEventListener('abort', () => waiting.delete(containerId), { once: true });
      });
    },
  };
}
