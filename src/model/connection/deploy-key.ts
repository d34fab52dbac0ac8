// How a host is given the key that a repository is read with, by whoever may: GitHub, Gitea and Forgejo, GitLab.
import { opening, repositoryApi, type ApiPlace, type HostCall } from './host-api.js';

/** The call that gives it, to read only; null for a host that takes none this way. */
export function deployKeyCall(place: ApiPlace, o: { token: string; title: string; key: string }): HostCall | null {
  const base = repositoryApi(place);
  if (base === null) return null;
  const headers = opening(place, o.token);
  const { title, key } = o;
  if (place.host === 'gitlab') return { url: `${base}/deploy_keys`, headers, body: { title, key, can_push: false } };
  return { url: `${base}/keys`, headers, body: { title, key, read_only: true } };
}

/** Whether the host has it, now or since before. */
export function hasKey(status: number, body: unknown): boolean {
  if (status >= 200 && status < 300) return true;
  // Each says so in its own words.
  return (status === 400 || status === 422) && /already (in use|been (added|taken))/i.test(JSON.stringify(body) ?? '');
}
