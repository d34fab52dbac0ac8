import { z } from 'zod';
import { blobUrl } from '../../../model/build/blob-url.js';
import { mayOn } from '../../../actions/people/may-on.js';
import type { App } from '../../../model/app.js';
import { CONTAINER_STACK } from '../../../model/build/container.js';
import { PlatformError } from '../../../model/errors.js';
import { isComplete, type Slug as Noun } from '../../../model/build/slug.js';
import type { Actor } from '../../../model/user.js';
import { appsOfSlug, findSlug, insertSlug } from '../../../store/build/slugs.js';
import { makeComplete, uploadKey } from '../../slugs/complete-slug.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiRouter } from '../../api-router.js';
import { param, publicUrl, type ApiContext } from '../../http.js';
import { wishedStack } from '../../offered-stacks.js';
import { named } from '../../schema/fields.js';
import { presentSlug, Slug } from '../../present/deploy/slug.js';
import { knownArchive, wholeArchive } from '../../slugs/whole-archive.js';

const BLOB_FOR_S = 3600;

const text = z.string().max(1000).nullish();
const NewSlug = z.object({
  process_types: named(z.string().min(1, 'must be a command').max(16_384), {
    key: z.string().regex(/^[-\w]{1,128}$/, 'is no name of a process type'),
    most: 100,
  }),
  buildpack_provided_description: text,
  checksum: z
    .string()
    .regex(/^SHA256:[0-9a-f]{64}$/i, 'must be SHA256: and 64 hex digits')
    .nullish(),
  commit: text,
  commit_description: text,
  stack: z.string().max(100).nullish(),
});

export function mountSlugs(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Slug, gives: Slug } as const;
  const creating = {
    ...facts,
    title: 'Create',
    about: 'Describes a slug: its archive is to be uploaded to its URL.',
    takes: NewSlug,
  } as const;
  router.post('/apps/:app/slugs', { ...creating, needs: 'deploy' }, async (http, wish) => {
    const stack = wishedStack(deps, wish.stack ?? http.state.app.buildStack);
    if (stack === CONTAINER_STACK)
      throw new PlatformError('invalid_params', 'A slug on the stack container is made by a build: push the app.');
    const slug = await insertSlug(deps.store, {
      appId: http.state.app.id,
      checksum: wish.checksum?.slice('SHA256:'.length).toLowerCase() ?? null,
      digest: '',
      diffId: '',
      size: 0,
      stack,
      commit: wish.commit ?? null,
      commitDescription: wish.commit_description ?? null,
      buildpackProvidedDescription: wish.buildpack_provided_description ?? null,
      processTypes: wish.process_types,
    });
    return present(deps, http, slug);
  });

  router.get(
    '/apps/:app/slugs/:slug',
    { ...facts, title: 'Info', about: 'Shows a slug, and where its archive is.', needs: 'read-code' },
    async (http) => {
      const { app } = http.state;
      return present(deps, http, await slugOf(deps, param(http, 'slug'), async ({ id }) => id === app.id));
    },
  );
}

/** A slug that this user may release: one that an app they may use has, with its archive. Throws `not_found`, `invalid_params`. */
export async function usableSlug(deps: ApiDeps, user: Actor, id: string): Promise<Noun> {
  return makeComplete(deps, await slugOf(deps, id, (app) => mayOn(deps.store, user, 'deploy', app)));
}

/** A slug that one of these apps has: its own, or one it has released. */
async function slugOf(
  deps: ApiDeps,
  id: string,
  isMeant: (app: Pick<App, 'id' | 'ownerId' | 'locked'>) => Promise<boolean>,
): Promise<Noun> {
  const slug = await findSlug(deps.store, id);
  const apps = slug ? await appsOfSlug(deps.store, slug) : [];
  const meant = await Promise.all(apps.map(isMeant));
  if (!slug || !meant.includes(true)) throw new PlatformError('not_found', "Couldn't find that slug.");
  return slug;
}

async function present(deps: ApiDeps, http: ApiContext, slug: Noun) {
  const archive = isComplete(slug) ? await (http.state.push ? knownArchive(slug) : wholeArchive(deps, slug)) : null;
  const base = publicUrl(http, deps.place);
  const may = archive ? ({ method: 'GET', blob: archive.blob } as const) : ({ method: 'PUT', blob: uploadKey(slug) } as const);
  const url = blobUrl({ ...may, base, key: deps.store.key, now: Date.now(), ttlS: BLOB_FOR_S });
  return presentSlug(slug, { archive, url });
}
