import { z } from 'zod';
import { blobUrl } from '../../lib/blob-url.js';
import { CONTAINER_STACK } from '../../model/container.js';
import { PlatformError } from '../../model/errors.js';
import { isComplete, type Slug } from '../../model/slug.js';
import { canUse, type User } from '../../model/user.js';
import { findApp } from '../../store/apps.js';
import { findSlug, insertSlug } from '../../store/slugs.js';
import { makeComplete, uploadKey } from '../complete-slug.js';
import type { ApiDeps } from '../deps.js';
import { param, parseBody, publicUrl, reply, type ApiContext, type ApiRouter } from '../http.js';
import { wishedStack } from '../offered-stacks.js';
import { presentSlug } from '../present/slug.js';

const BLOB_FOR_S = 3600;

const text = z.string().max(1000).nullish();
const NewSlug = z.object({
  process_types: z.record(z.string().regex(/^[-\w]{1,128}$/, 'is no name of a process type'), z.string().min(1, 'must be a command')),
  buildpack_provided_description: text,
  checksum: z.string().regex(/^SHA256:[0-9a-f]{64}$/i, 'must be SHA256: and 64 hex digits').nullish(),
  commit: text,
  commit_description: text,
  stack: z.string().nullish(),
});

export function mountSlugs(router: ApiRouter, deps: ApiDeps): void {
  router.post('/apps/:app/slugs', async (http) => {
    const wish = await parseBody(http, NewSlug);
    const stack = wishedStack(deps, wish.stack ?? http.state.app.buildStack);
    if (stack === CONTAINER_STACK) throw new PlatformError('invalid_params', 'A slug on the stack container is made by a build: push the app.');
    const slug = await insertSlug(deps.store, {
      appId: http.state.app.id,
      digest: wish.checksum?.slice('SHA256:'.length).toLowerCase() ?? '',
      diffId: '',
      size: 0,
      stack,
      commit: wish.commit ?? null,
      commitDescription: wish.commit_description ?? null,
      buildpackProvidedDescription: wish.buildpack_provided_description ?? null,
      processTypes: wish.process_types,
    });
    reply(http, 201, present(deps, http, slug));
  });

  router.get('/apps/:app/slugs/:slug', async (http) => {
    const slug = await findSlug(deps.store, param(http, 'slug'));
    if (!slug || slug.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that slug.");
    reply(http, 200, present(deps, http, slug));
  });
}

/** A slug that this user may release: one of an app they may use, with its archive. Throws `not_found`, `invalid_params`. */
export async function usableSlug(deps: ApiDeps, user: User, id: string): Promise<Slug> {
  const slug = await findSlug(deps.store, id);
  const app = slug && (await findApp(deps.store, slug.appId));
  if (!slug || !app || !canUse(user, app)) throw new PlatformError('not_found', "Couldn't find that slug.");
  return makeComplete(deps, slug);
}

function present(deps: ApiDeps, http: ApiContext, slug: Slug) {
  const [method, blob] = isComplete(slug) ? (['get', `slugs/${slug.digest}`] as const) : (['put', uploadKey(slug)] as const);
  const base = publicUrl(http, deps.place.internalUrl);
  const url = blobUrl({ base, key: deps.store.key, method: method === 'get' ? 'GET' : 'PUT', blob, now: Date.now(), ttlS: BLOB_FOR_S });
  return presentSlug(slug, { method, url });
}
