import type { Context } from 'koa';
import { z } from 'zod';
import { createRelease } from '../../../actions/release/create-release.js';
import { rollBack } from '../../../actions/release/roll-back.js';
import type { App } from '../../../model/app.js';
import { PlatformError } from '../../../model/errors.js';
import { parseVersion, type Release } from '../../../model/release.js';
import { currentRelease, findRelease, listReleases } from '../../../store/app/releases.js';
import type { ApiDeps } from '../../deps.js';
import { callerOf, param, parseBody, publicUrl, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { presentRelease } from '../../present/release.js';
import { parseRange, replyList } from '../../range.js';
import { streamPath } from '../../output/signed-path.js';
import { usersById } from '../../users-by-id.js';
import { usableSlug } from './slugs.js';

const SORTED_BY = ['version', 'id', 'created_at'] as const;

const NewRelease = z.union(
  [
    z.object({ release: z.union([z.string(), z.number().int()]) }),
    z.object({ slug: z.string(), description: z.string().max(1000).nullish() }),
  ],
  'name a slug to release, or a release to roll back to',
);

export function mountReleases(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/releases', async (http) => {
    const releases = await listReleases(deps.store, http.state.app.id, howMany(http.get('range')));
    replyList(http, await presentReleases(deps, http, releases), SORTED_BY);
  });

  router.post('/apps/:app/releases', async (http) => {
    const wish = await parseBody(http, NewRelease);
    const release = 'release' in wish ? await backTo(deps, http, String(wish.release)) : await releaseSlug(deps, http, wish);
    reply(http, 201, await present(deps, http, release));
  });

  router.get('/apps/:app/releases/:release', async (http) => reply(http, 200, await present(deps, http, await releaseOfPath(deps, http))));
}

/** The newest few are what is mostly asked for: a long ledger isn't read whole for them. */
function howMany(range: string): number {
  const { property, order, start, max } = parseRange(range, SORTED_BY);
  return property === 'version' && order === 'desc' && start === null ? max + 1 : 1_000_000;
}

/** The release a path names by id, `7` or `v7`. Throws `not_found`. */
export function releaseOfPath(deps: ApiDeps, http: ApiContext): Promise<Release> {
  return releaseByRef(deps, http.state.app, param(http, 'release'));
}

async function releaseByRef(deps: ApiDeps, app: App, ref: string): Promise<Release> {
  const release = await findRelease(deps.store, app.id, parseVersion(ref) ?? ref);
  if (!release) throw new PlatformError('not_found', "Couldn't find that release.");
  return release;
}

async function backTo(deps: ApiDeps, http: ApiContext, ref: string): Promise<Release> {
  const { app, user } = http.state;
  return rollBack(deps, app, user, await releaseByRef(deps, app, ref));
}

async function releaseSlug(
  deps: ApiDeps,
  http: ApiContext,
  wish: { slug: string; description?: string | null | undefined },
): Promise<Release> {
  const { app, user } = http.state;
  const slug = await usableSlug(deps, user, wish.slug);
  return createRelease(deps, { appId: app.id, user, slugId: slug.id, description: wish.description || 'deploy' });
}

async function presentReleases(deps: ApiDeps, http: ApiContext, releases: Release[]) {
  const { app } = http.state;
  const current = await currentRelease(deps.store, app.id);
  const users = await usersById(
    deps.store,
    releases.map((release) => release.userId),
  );
  const base = publicUrl(http as Context, deps.place.internalUrl);
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

async function present(deps: ApiDeps, http: ApiContext, release: Release) {
  const [presented] = await presentReleases(deps, http, [release]);
  return presented!;
}
