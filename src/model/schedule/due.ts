// What is to be done about a schedule whose time has come, or passed while nobody looked.
import { nextRun, type Times } from './cron.js';

/**
 * A run that was missed is made good when it is no older than this: long enough for a restart or an update of the platform, so that
 * neither loses a night's work; too short for an hourly job to run at an odd time, or a minutely one more than once.
 */
export const LATE_MS = 300_000;
/** Of a longer break only so many are counted. */
const MOST_COUNTED = 100;

export interface Due {
  /** The one that runs now. */
  run: Date | null;
  /** Those before it, which don't. */
  missed: { first: Date; count: number; isMore: boolean } | null;
  /** When to look again. */
  next: Date;
}

/** `dueAt` has come: no later than `now`. */
export function whatIsDue({ dueAt, now, ...times }: Times & { dueAt: Date; now: Date }): Due {
  const run = newest(times, dueAt, now);
  const next = nextRun(times, now);
  const end = run ?? next;
  let count = 0;
  for (let at = dueAt; at < end && count <= MOST_COUNTED; at = nextRun(times, at)) count += 1;
  const missed = count === 0 ? null : { first: dueAt, count: Math.min(count, MOST_COUNTED), isMore: count > MOST_COUNTED };
  return { run, missed, next };
}

function newest(times: Times, dueAt: Date, now: Date): Date | null {
  const since = new Date(now.getTime() - LATE_MS);
  let found: Date | null = null;
  for (let at = dueAt < since ? nextRun(times, since) : dueAt; at <= now; at = nextRun(times, at)) found = at;
  return found;
}
