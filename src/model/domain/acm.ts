// Automatic certificates: how a domain's is coming on, and when it is tried for again. Heroku's words, which its client waits for.

import { isWildcard } from './hostname.js';

export type AcmStatus = 'pending' | 'cert issued' | 'failing' | 'failed';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Let's Encrypt allows five failures of a name an hour. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const RATE_LIMITED_MS = 6 * 60 * MINUTE_MS;
/** From then on it is `failed`: once a day, or when somebody asks for it. */
const MOST_FAILURES = 7;

/** How an authority asks whether a name is ours: by HTTP, by TLS (RFC 8737), by DNS. */
export const CHALLENGES = ['http-01', 'tls-alpn-01', 'dns-01'] as const;
export type ChallengeKind = (typeof CHALLENGES)[number];

/**
 * How it is to ask for a domain after so many failures in a row: as the operator wants it first, and by the other port every second
 * time. Wildcards are vouched for by DNS only; null where that can't be changed.
 */
export function challengeFor(hostname: string, first: ChallengeKind, canChangeDns: boolean, failures: number): ChallengeKind | null {
  if (isWildcard(hostname) || first === 'dns-01') return canChangeDns ? 'dns-01' : null;
  const other = first === 'http-01' ? 'tls-alpn-01' : 'http-01';
  return failures % 2 === 0 ? first : other;
}

/** When a domain without an entry in DNS is looked at again: nobody was asked, so nothing is used up. */
export const NO_DNS_MS = 2 * MINUTE_MS;

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
