import { blobUrl } from '../../lib/blob-url.js';
import { PlatformError } from '../../model/errors.js';
import type { Slug } from '../../model/slug.js';
import { canUse, type User } from '../../model/user.js';
import { findApp } from '../../store/apps.js';
import { findSlug } from '../../store/slugs.js';
import type { ApiDeps } from '../deps.js';
import { param, publicUrl, reply, type ApiRouter } from '../http.js';
import { presentSlug } from '../present/slug.js';

const READ_FOR_S = 3600;

export function mountSlugs(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/slugs/:slug', async (http) => {
    const slug = await findSlug(deps.store, param(http, 'slug'));
    if (!slug || slug.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that slug.");
    const base = publicUrl(http, deps.place.internalUrl);
    const url = blobUrl({ base, key: deps.store.key, method: 'GET', blob: `slugs/${slug.digest}`, now: Date.now(), ttlS: READ_FOR_S });
    reply(http, 200, presentSlug(slug, { method: 'get', url }));
  });
}

/** A slug that this user may release: one of an app they may use. Throws `not_found`. */
export async function usableSlug(deps: ApiDeps, user: User, id: string): Promise<Slug> {
  const slug = await findSlug(deps.store, id);
  const app = slug && (await findApp(deps.store, slug.appId));
  if (!slug || !app || !canUse(user, app)) throw new PlatformError('not_found', "Couldn't find that slug.");
  return slug;
}
