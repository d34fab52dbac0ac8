// Automatic certificates: how a domain's is coming on, and when it is tried for again. Heroku's words, which its client waits for.

export type AcmStatus = 'pending' | 'cert issued' | 'failing' | 'failed';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Let's Encrypt allows five failures of a name an hour. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const RATE_LIMITED_MS = 6 * 60 * MINUTE_MS;
/** From then on it is `failed`: once a day, or when somebody asks for it. */
const MOST_FAILURES = 7;

/** What becomes of a domain after so many failures in a row. */
export function afterFailure(failures: number, now: number, isRateLimited: boolean): { status: AcmStatus; nextAt: Date } {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), DAY_MS);
  const status = failures >= MOST_FAILURES ? 'failed' : 'failing';
  return { status, nextAt: new Date(now + (isRateLimited ? Math.max(pause, RATE_LIMITED_MS) : pause)) };
}

/** When a certificate is to be replaced: at two thirds of its life. */
export function renewalOf({ startsAt, expiresAt }: { startsAt: Date; expiresAt: Date }): Date {
  return new Date(startsAt.getTime() + ((expiresAt.getTime() - startsAt.getTime()) * 2) / 3);
}
