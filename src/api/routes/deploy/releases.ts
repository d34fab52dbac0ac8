import type { Context } from 'koa';
import { z } from 'zod';
import { createRelease } from '../../../actions/release/create-release.js';
import { rollBack } from '../../../actions/release/roll-back.js';
import type { App } from '../../../model/app.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import { parseVersion, type Release as Noun } from '../../../model/release.js';
import { currentRelease, findRelease, pageOfReleases } from '../../../store/app/releases.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiRouter } from '../../api-router.js';
import { callerOf, param, publicUrl, type ApiContext } from '../../http.js';
import { presentRelease, Release } from '../../present/deploy/release.js';
import { streamPath } from '../../output/signed-path.js';
import { usersById } from '../../users-by-id.js';
import { usableSlug } from './slugs.js';

const NewRelease = z
  .object({
    release: z
      .union([z.string().max(100), z.int()])
      .optional()
      .describe('id or version of a release to roll back to'),
    slug: z.string().max(100).optional().describe('id of a slug to release'),
    description: z.string().max(1000).nullish(),
  })
  .refine(({ release, slug }) => release !== undefined || slug !== undefined, 'name a slug to release, or a release to roll back to');

export function mountReleases(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Release, gives: Release } as const;
  const listing = {
    ...facts,
    title: 'List',
    about: 'Lists the releases of an app.',
    by: ['version', 'id', 'created_at'],
    needs: 'view',
  } as const;
  router.list('/apps/:app/releases', listing, async (http, range) => {
    const page = await pageOfReleases(deps.store, http.state.app.id, range);
    return withItems(page, await presentReleases(deps, http, page.items));
  });

  const creating = {
    ...facts,
    title: 'Create',
    about: 'Releases a slug, or rolls back to an earlier release.',
    takes: NewRelease,
  } as const;
  router.post('/apps/:app/releases', { ...creating, needs: 'configure' }, async (http, wish) => {
    const release = wish.release === undefined ? await releaseSlug(deps, http, wish) : await backTo(deps, http, String(wish.release));
    return present(deps, http, release);
  });

  router.get('/apps/:app/releases/:release', { ...facts, title: 'Info', about: 'Shows a release.', needs: 'view' }, async (http) =>
    present(deps, http, await releaseOfPath(deps, http)),
  );
}

/** The release a path names by id, `7` or `v7`. Throws `not_found`. */
export function releaseOfPath(deps: ApiDeps, http: ApiContext): Promise<Noun> {
  return releaseByRef(deps, http.state.app, param(http, 'release'));
}

async function releaseByRef(deps: ApiDeps, app: App, ref: string): Promise<Noun> {
  const release = await findRelease(deps.store, app.id, parseVersion(ref) ?? ref);
  if (!release) throw new PlatformError('not_found', "Couldn't find that release.");
  return release;
}

async function backTo(deps: ApiDeps, http: ApiContext, ref: string): Promise<Noun> {
  const { app, user } = http.state;
  return rollBack(deps, app, user, await releaseByRef(deps, app, ref));
}

async function releaseSlug(
  deps: ApiDeps,
  http: ApiContext,
  wish: { slug?: string | undefined; description?: string | null | undefined },
): Promise<Noun> {
  const { app, user } = http.state;
  const slug = await usableSlug(deps, user, wish.slug ?? '');
  return createRelease(deps, { appId: app.id, user, slugId: slug.id, description: wish.description || 'deploy' });
}

async function presentReleases(deps: ApiDeps, http: ApiContext, releases: Noun[]) {
  const { app } = http.state;
  const [current, users] = await Promise.all([
    currentRelease(deps.store, app.id),
    usersById(
      deps.store,
      releases.map((release) => release.userId),
    ),
  ]);
  const base = publicUrl(http as Context, deps.place);
  const signs = { key: deps.store.key, kind: 'releases', now: Date.now(), caller: callerOf(http) } as const;
  return releases.map((release) =>
    presentRelease(release, {
      app,
      user: users(release.userId),
      isCurrent: release.id === current?.id,
      outputStreamUrl: base + streamPath({ ...signs, id: release.id }),
    }),
  );
}

async function present(deps: ApiDeps, http: ApiContext, release: Noun) {
  const [presented] = await presentReleases(deps, http, [release]);
  return presented!;
}
