import type { Reached } from '../../api/reach.js';
import type { AppResource, DomainResource } from '../../api/resources.js';

/** Where people find the app: at the first name that was added for it, else at the one that the platform gave it. */
export async function publicUrl({ api, path }: Reached): Promise<string> {
  const [app, domains] = await Promise.all([api.get<AppResource>(path), api.get<DomainResource[]>(`${path}/domains`)]);
  const added = domains.filter(({ kind, hostname }) => kind === 'custom' && !hostname.startsWith('*'));
  const [first] = added.toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1));
  const url = new URL(app.web_url);
  if (first) url.hostname = first.hostname;
  return url.href;
}
