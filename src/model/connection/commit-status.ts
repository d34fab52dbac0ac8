// What a host is told of a build, in its own words: GitHub's, which Gitea and Forgejo share, and GitLab's.
import { opening, repositoryApi, type ApiPlace, type HostCall } from './host-api.js';
import type { Outcome } from './outcome.js';

const STATES = { pending: 'pending', in_progress: 'pending', success: 'success', failure: 'failure' } as const;

/** The call that tells it; null for a host that takes none. */
export function statusCall(
  place: ApiPlace,
  o: { token: string; commit: string; app: string; link: string; outcome: Outcome },
): HostCall | null {
  const base = repositoryApi(place);
  if (base === null) return null;
  const [name, state] = [`slipway/${o.app}`, STATES[o.outcome.state]];
  const words: Record<string, string> =
    place.host === 'gitlab' ? { state: state === 'failure' ? 'failed' : state, name } : { state, context: name };
  return {
    url: `${base}/statuses/${o.commit}`,
    headers: opening(place, o.token),
    body: { ...words, target_url: o.link, description: o.outcome.description },
  };
}

/** In how many ms a host may be asked again, by its headers, when it is asked too often; null when that isn't what it says. */
export function askAgainAfter(status: number, header: (name: string) => string | null, now: number): number | null {
  const isLimited = status === 429 || (status === 403 && (header('retry-after') !== null || header('x-ratelimit-remaining') === '0'));
  if (!isLimited) return null;
  const after = Number(header('retry-after') ?? NaN);
  if (after >= 0) return Math.min(MOST_MS, after * 1000);
  const reset = Number(header('x-ratelimit-reset') ?? header('ratelimit-reset') ?? NaN);
  return reset > 0 ? Math.min(MOST_MS, Math.max(1_000, reset * 1000 - now)) : MINUTE_MS;
}

const MINUTE_MS = 60_000;
const MOST_MS = 60 * MINUTE_MS;
