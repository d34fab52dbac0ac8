// Boots that came to nothing, until their rows say so.
import type { Exit } from './driver.js';

export interface Failures {
  /** A boot came to nothing; `exit` is null for a dyno that never ran. */
  failed(dynoId: string, exit: Exit | null): void;
  /** By dyno. */
  readonly exits: ReadonlyMap<string, Exit | null>;
  /** The dyno's row says so now, or is gone. */
  settle(dynoId: string): void;
}

export function openFailures(): Failures {
  const exits = new Map<string, Exit | null>();
  return {
    failed: (dynoId, exit) => void exits.set(dynoId, exit),
    exits,
    settle: (dynoId) => void exits.delete(dynoId),
  };
}
