// How long a drain that fails is left alone. Pure.

const SPREAD = 0.2;
const MOST_AWAY_MS = 300_000;
const FAILED_MS = 3_000;

/** Attempts at one batch that a receiver doesn't take; then it is dropped, so that one it can't take isn't all it ever gets. */
export const MOST_TRIES = 3;

/** Where nobody is reached: at once, then 1 s, doubled each time, 5 min at most. `random` gives numbers in [0, 1). */
export function awayPause(times: number, random: () => number): number {
  if (times <= 1) return 0;
  return spread(Math.min(MOST_AWAY_MS, 1_000 * 2 ** Math.min(times - 2, 20)), random);
}

/** Where a batch wasn't taken: 3 s, then 6 s: a receiver that is being restarted is back by then. */
export function failedPause(tries: number, random: () => number): number {
  return spread(FAILED_MS * 2 ** (tries - 1), random);
}

function spread(ms: number, random: () => number): number {
  return Math.round(ms * (1 - SPREAD * random()));
}
