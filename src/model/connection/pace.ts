// How often a branch is looked at: seldom where its host tells of each push, now and then where none can reach us.
import type { GitConnection } from './connection.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A host that told of something so lately will do so again. */
const HEARD_WITHIN_MS = 24 * HOUR_MS;
const MOST_QUIET_MS = 10 * MINUTE_MS;
const FAILED_MS = 15_000;

/** In how many ms to look again when it could be read; null for never, until somebody asks. */
export function lookAgainAfter(
  { auto, heardAt, quietLooks }: Pick<GitConnection, 'auto' | 'heardAt' | 'quietLooks'>,
  now: number,
): number | null {
  if (!auto) return null;
  if (heardAt && now - heardAt.getTime() < HEARD_WITHIN_MS) return HOUR_MS;
  return Math.min(MOST_QUIET_MS, MINUTE_MS * 2 ** Math.min(quietLooks, 10));
}

/** The same when it couldn't, so many times in a row. What was asked for is tried although nothing moves by itself. */
export function tryAgainAfter(failures: number): number {
  return Math.min(HOUR_MS, FAILED_MS * 2 ** Math.min(failures - 1, 10));
}
