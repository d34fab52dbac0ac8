// How finely metrics are kept, and for how long; and the part of them that somebody asks for.

const [SECOND_MS, HOUR_MS] = [1_000, 3_600_000];
/** Writers come a moment after an interval has ended. */
const GRACE_MS = 2_000;

export interface Level {
  stepMs: number;
  keepMs: number;
  /** What a person calls so long. */
  window: '2h' | '24h' | '7d';
}

/** The finest first. */
export const LEVELS = [
  { window: '2h', stepMs: 10 * SECOND_MS, keepMs: 2 * HOUR_MS },
  { window: '24h', stepMs: 60 * SECOND_MS, keepMs: 24 * HOUR_MS },
  { window: '7d', stepMs: 600 * SECOND_MS, keepMs: 7 * 24 * HOUR_MS },
] as const satisfies readonly Level[];

export const FINEST_MS = LEVELS[0].stepMs;
export const LONGEST_MS = LEVELS[2].keepMs;

/** Times from `start` on, before `end`, one every `stepMs`; all in ms since the epoch. */
export interface Grid {
  start: number;
  end: number;
  stepMs: number;
}

/** The finest steps that are kept from `start` on, up to the last that is over. */
export function gridOf(o: { start: number; end: number; now: number }): Grid {
  const { stepMs } = LEVELS.find(({ keepMs }) => o.now - o.start <= keepMs) ?? LEVELS[2];
  const end = floor(Math.min(o.end, o.now - GRACE_MS), stepMs);
  return { start: Math.min(floor(o.start, stepMs), end), end, stepMs };
}

/** The grid of `2h`, `24h` or `7d` up to now. */
export function gridOfWindow(window: Level['window'], now: number): Grid {
  const { keepMs, stepMs } = LEVELS.find((level) => level.window === window)!;
  const end = floor(now - GRACE_MS, stepMs);
  return { start: end - keepMs, end, stepMs };
}

/** The beginning of the interval that a moment belongs to. */
export function floor(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}
