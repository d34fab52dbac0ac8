import { z } from 'zod';
import { cancelBuild } from '../../../actions/build/cancel-build.js';
import { purgeBuildCache } from '../../../actions/build/purge-build-cache.js';
import { startBuild } from '../../../actions/build/start-build.js';
import { cancelledBy, PUSH_INTERRUPTED, type Build } from '../../../model/build/build.js';
import { parseBuildpack } from '../../../model/build/buildpack.js';
import { PlatformError } from '../../../model/errors.js';
import { findBuild, listBuilds } from '../../../store/build/builds.js';
import { pushOfRequest } from '../../middleware/auth.js';
import type { ApiDeps } from '../../deps.js';
import { callerOf, param, parseBody, publicUrl, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { presentBuild } from '../../present/build.js';
import { replyList } from '../../range.js';
import { streamPath } from '../../output/signed-path.js';
import { sourceRef, sourceUrl } from '../../../model/build/source-ref.js';
import { usersById } from '../../users-by-id.js';

const buildpack = z.object({ url: z.string().optional(), name: z.string().optional() });
const NewBuild = z.object({
  source_blob: z.object({
    url: z.string('must be the URL of a tar archive'),
    version: z.string().max(200).nullish(),
    version_description: z.string().max(1000).nullish(),
    checksum: z
      .string()
      .regex(/^SHA256:[0-9a-f]{64}$/i, 'must be SHA256: and 64 hexadecimal digits')
      .nullish(),
    submodules: z
      .array(z.object({ path: z.string().max(4096), url: z.string().max(2000), commit: z.string().regex(/^[0-9a-f]{40,64}$/) }))
      .max(50)
      .nullish(),
  }),
  buildpacks: z.array(buildpack).max(20).nullish(),
});

export function mountBuilds(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/builds', async (http) => {
    replyList(http, await presentBuilds(deps, http, await listBuilds(deps.store, http.state.app.id, 1000)), ['created_at', 'id']);
  });

  router.post('/apps/:app/builds', async (http) => {
    const { user, app, push } = http.state;
    const { source_blob: source, buildpacks } = await parseBody(http, NewBuild);
    const build = await startBuild(deps, {
      app,
      user,
      origin: push ? 'git' : 'api',
      source: sourceRef({ key: deps.store.key, internalUrl: deps.place.internalUrl, url: source.url, userId: user.id, now: Date.now() }),
      commit: source.version ?? null,
      description: source.version_description ?? null,
      checksum: source.checksum ?? null,
      // Submodules are those of a repository that was pushed; an archive has none.
      submodules: push ? (source.submodules ?? []) : [],
      buildpacks: buildpacks?.length ? buildpacks.map(checkedBuildpack) : undefined,
    });
    await bindToPush(deps, http, build);
    reply(http, 201, await present(deps, http, build));
  });

  router.get('/apps/:app/builds/:build', async (http) => reply(http, 200, await present(deps, http, await buildOfPath(deps, http))));

  router.delete('/apps/:app/builds/:build', async (http) => {
    const build = await buildOfPath(deps, http);
    const isCancelled = build.status === 'pending' && (await cancelBuild(deps, build, cancelledBy(http.state.user.email)));
    const after = await buildOfPath(deps, http);
    if (!isCancelled)
      throw new PlatformError('invalid_params', `Can only cancel pending builds. Build ${build.id} has status '${after.status}'`);
    reply(http, 200, await present(deps, http, after));
  });
}

/** Purges what builds of an app keep for the next. */
export function mountBuildCache(router: ApiRouter, deps: ApiDeps): void {
  router.delete('/apps/:app/build-cache', async (http) => {
    await purgeBuildCache(deps, http.state.app, http.state.user);
    reply(http, 202, {});
  });
}

function checkedBuildpack(given: z.infer<typeof buildpack>): string {
  const text = given.url ?? given.name ?? '';
  parseBuildpack(text);
  return text;
}

/** Notes the push's build, so that it ends when the pusher leaves; they may have left already. */
async function bindToPush(deps: ApiDeps, http: ApiContext, build: Build): Promise<void> {
  const { push } = http.state;
  if (!push) return;
  push.buildId = build.id;
  if (pushOfRequest(deps, http) !== push) await cancelBuild(deps, build, PUSH_INTERRUPTED);
}

async function buildOfPath(deps: ApiDeps, http: ApiContext): Promise<Build> {
  const build = await findBuild(deps.store, param(http, 'build'));
  if (!build || build.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that build.");
  return build;
}

async function presentBuilds(deps: ApiDeps, http: ApiContext, builds: Build[]) {
  const base = publicUrl(http, deps.place.internalUrl);
  const users = await usersById(
    deps.store,
    builds.map((build) => build.userId),
  );
  return builds.map((build) =>
    presentBuild(build, http.state.app, users(build.userId), {
      outputStreamUrl: base + streamPath({ key: deps.store.key, kind: 'builds', id: build.id, now: Date.now(), caller: callerOf(http) }),
      sourceUrl: sourceUrl({ base, key: deps.store.key, source: build.source, now: Date.now() }),
    }),
  );
}

async function present(deps: ApiDeps, http: ApiContext, build: Build) {
  const [presented] = await presentBuilds(deps, http, [build]);
  return presented!;
}
