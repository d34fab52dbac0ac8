// When an add-on that ends is started again: at once, and more and more seldom while it doesn't stay up. Pure; times in ms, by a clock
// that nobody sets.

export interface Tries {
  count: number;
  notBefore: number;
  /** Since when it is up, by the last of them; null where that failed. */
  upSince: number | null;
}

/** Between looks at what runs, while something is down. */
export const LOOK_MS = 2_000;
/** Otherwise: what ends is told. */
export const QUIET_LOOK_MS = 30_000;
/** Whoever stayed up for longer has come up for good. */
const LONGEST_PAUSE_MS = 60_000;

export function isDue(tries: Tries | undefined, now: number): boolean {
  return (tries?.notBefore ?? now) <= now;
}

/** After one more of them, which began and ended now. */
export function oneMore(before: Tries | undefined, now: { began: number; ended: number; isUp: boolean }): Tries {
  const stayedUp = before !== undefined && before.upSince !== null && now.began - before.upSince > LONGEST_PAUSE_MS;
  const count = before === undefined || stayedUp ? 1 : before.count + 1;
  const pauseMs = count === 1 ? 0 : Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** Math.min(count, 10));
  return { count, notBefore: now.ended + pauseMs, upSince: now.isUp ? now.ended : null };
}
