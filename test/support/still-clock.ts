// A clock that stands still until it is turned.
import type { Clock } from '../../src/lib/async/clock.js';

export interface StillClock extends Clock {
  /** Lets so much time pass at once; what is due meanwhile rings in order. */
  turn(ms: number): void;
}

/** Ahead of the database's clock, as long as a test takes less than an hour: nothing is made in its future. */
const AHEAD_MS = 3_600_000;

export function stillClock(): StillClock {
  let now = Date.now() + AHEAD_MS;
  const bells = new Set<{ at: number; ring: () => void }>();
  return {
    now: () => now,
    after(ms, ring) {
      const bell = { at: now + ms, ring };
      bells.add(bell);
      return () => void bells.delete(bell);
    },
    turn(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...bells].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        bells.delete(next);
        now = Math.max(now, next.at);
        next.ring();
      }
      now = until;
    },
  };
}
