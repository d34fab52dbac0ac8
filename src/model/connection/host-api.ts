// How the REST API of a host is asked about a repository, and what opens it.
import type { GitConnection } from './connection.js';

export type ApiPlace = Pick<GitConnection, 'host' | 'apiUrl' | 'url'>;

export interface HostCall {
  url: string;
  headers: Record<string, string>;
  /** Sent as JSON, by POST; without one it is asked by GET. */
  body?: object;
}

/** The URL of a repository at its host's API; null for a host that has none that we speak. */
export function repositoryApi({ host, apiUrl, url }: ApiPlace): string | null {
  const path = new URL(url).pathname.replace(/^\/+|(\.git)?\/*$/g, '');
  if (apiUrl === null) return null;
  if (host === 'gitlab') return `${apiUrl}/projects/${encodeURIComponent(path)}`;
  return host === 'github' || host === 'gitea' ? `${apiUrl}/repos/${path.split('/').map(encodeURIComponent).join('/')}` : null;
}

export function opening({ host }: ApiPlace, token: string): Record<string, string> {
  return host === 'gitlab' ? { 'private-token': token } : { authorization: `${host === 'gitea' ? 'token' : 'Bearer'} ${token}` };
}
