// How many calls of a kind one process has under way at an engine: the rest wait their turn. An engine that is asked for
// everything at once does nothing for long, and Docker 20.10 may deadlock over some hundred starts and removals.
import type { CallKind } from './deadlines.js';

export interface Gate {
  /** Resolves when the call may go out, with what is to be called when it has ended. Rejects when `signal` aborts first. */
  enter(kind: CallKind, signal: AbortSignal): Promise<() => void>;
}

/** Calls that attend something, or move an image, are bounded by what they are for. */
const ROOM = { start: 8, look: 16, change: 8, removal: 4 } as const;
/** Of removals, while something starts. */
const BESIDE_STARTS = 1;
/** A probe waits for a moment when nothing starts or goes, since Docker 20.10 miscounts then what is on a network; not for longer. */
const QUIET_WITHIN_MS = 3_000;

type Gated = keyof typeof ROOM;

interface Turn {
  begin(): void;
  isGone: boolean;
}

export function openGate(): Gate {
  const underWay: Record<Gated, number> = { start: 0, look: 0, change: 0, removal: 0 };
  const waiting: Record<Gated, Turn[]> = { start: [], look: [], change: [], removal: [] };
  const probing = new Set<() => void>();

  function hasRoom(kind: Gated): boolean {
    const startsNow = underWay.start + waiting.start.length > 0;
    return underWay[kind] < (kind === 'removal' && startsNow ? BESIDE_STARTS : ROOM[kind]);
  }

  function letIn(): void {
    if (isQuiet()) for (const go of probing) go();
    for (const kind of Object.keys(ROOM) as Gated[]) {
      waiting[kind] = waiting[kind].filter((turn) => !turn.isGone);
      while (waiting[kind].length > 0 && hasRoom(kind)) {
        underWay[kind] += 1;
        waiting[kind].shift()?.begin();
      }
    }
  }

  function isQuiet(): boolean {
    return underWay.start + underWay.removal === 0;
  }

  async function quietMoment(): Promise<() => void> {
    if (isQuiet()) return () => undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, QUIET_WITHIN_MS).unref();
      const go = () => {
        clearTimeout(timer);
        probing.delete(go);
        resolve();
      };
      probing.add(go);
    });
    return () => undefined;
  }

  function leaver(kind: Gated): () => void {
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      underWay[kind] -= 1;
      letIn();
    };
  }

  return {
    enter(kind, signal) {
      if (kind === 'probe') return quietMoment();
      if (!isGated(kind)) return Promise.resolve(() => undefined);
      return new Promise((resolve, reject) => {
        const give = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(leaver(kind));
        };
        const turn: Turn = { begin: give, isGone: false };
        const giveUp = () => {
          turn.isGone = true;
          reject(signal.reason as Error);
          letIn();
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        waiting[kind].push(turn);
        letIn();
      });
    },
  };
}

function isGated(kind: CallKind): kind is Gated {
  return kind in ROOM;
}
