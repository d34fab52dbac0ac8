// Deployments, as GitHub has them: one for each build of a commit, in an environment that is called as the app, with its state told as
// it goes on. https://docs.github.com/en/rest/deployments
import { isRecord } from '../../lib/look-up.js';
import { opening, repositoryApi, type ApiPlace, type HostCall } from './host-api.js';
import type { Outcome } from './outcome.js';

interface Deployed {
  token: string;
  commit: string;
  app: string;
  buildId: string;
}

/** Whether the host knows deployments. */
export function hasDeployments(place: ApiPlace): boolean {
  return place.host === 'github' && repositoryApi(place) !== null;
}

/** The call that lists those of the commit: one that was made, and whose id was lost with the process that made it, is among them. */
export function listCall(place: ApiPlace, { token, commit, app }: Deployed): HostCall {
  const query = new URLSearchParams({ sha: commit, environment: app, per_page: '100' });
  return { url: `${repositoryApi(place)}/deployments?${query}`, headers: opening(place, token) };
}

/** The call that makes one; it asks for no checks of its own, since those were waited for, or not, before. */
export function createCall(place: ApiPlace, { token, commit, app, buildId }: Deployed): HostCall {
  const body = {
    ref: commit,
    environment: app,
    description: `Slipway: ${app}`,
    auto_merge: false,
    required_contexts: [],
    payload: { slipway_build: buildId },
  };
  return { url: `${repositoryApi(place)}/deployments`, headers: opening(place, token), body };
}

export function stateCall(place: ApiPlace, o: { token: string; id: string; link: string; outcome: Outcome }): HostCall {
  const { state, description } = o.outcome;
  const body = { state, description, ...(state === 'success' && { environment_url: o.link }) };
  return { url: `${repositoryApi(place)}/deployments/${o.id}/statuses`, headers: opening(place, o.token), body };
}

/** The id of what was made; null where the answer has none. */
export function idOf(answer: unknown): string | null {
  const id = isRecord(answer) ? answer['id'] : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : null;
}

/** The one of this build among those of the commit. */
export function idAmong(answer: unknown, buildId: string): string | null {
  const found = (Array.isArray(answer) ? answer : []).find((each) => {
    const payload: unknown = isRecord(each) ? each['payload'] : undefined;
    return isRecord(payload) && payload['slipway_build'] === buildId;
  });
  return idOf(found);
}
