import { z } from 'zod';
import { cancelBuild } from '../../../actions/build/cancel-build.js';
import { purgeBuildCache } from '../../../actions/build/purge-build-cache.js';
import { startBuild } from '../../../actions/build/start-build.js';
import { cancelledBy, PUSH_INTERRUPTED, type Build as Noun } from '../../../model/build/build.js';
import { parseBuildpack } from '../../../model/build/buildpack.js';
import { asRef, splitLogin, type GitLogin } from '../../../model/git/remote-url.js';
import { withItems } from '../../../model/page.js';
import { PlatformError } from '../../../model/errors.js';
import { findBuild, pageOfBuilds } from '../../../store/build/builds.js';
import { pushOfRequest } from '../../middleware/auth.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiRouter } from '../../api-router.js';
import { callerOf, param, publicUrl, type ApiContext } from '../../http.js';
import { Build, presentBuild } from '../../present/deploy/build.js';
import { Commit, presentCommit } from '../../present/deploy/commit.js';
import { streamPath } from '../../output/signed-path.js';
import { sourceRef, sourceUrl } from '../../../model/build/source-ref.js';
import { usersById } from '../../users-by-id.js';

const MOST_URL_CHARS = 4_096;
const reference = z.string().max(MOST_URL_CHARS).optional();
const buildpack = z.object({ url: reference, name: reference });
const NewBuild = z.object({
  source_blob: z.object({
    url: z.string('must be the URL of a .tar, .tar.gz or .zip').max(MOST_URL_CHARS),
    version: z.string().max(200).nullish(),
    version_description: z.string().max(1000).nullish(),
    git_ref: z
      .string()
      .max(1000)
      .nullish()
      .describe('branch, tag or commit (HEAD for its own choice) of the git repository that url names then; not part of Heroku'),
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
  const facts = { of: Build, gives: Build } as const;
  const listing = { ...facts, title: 'List', about: 'Lists the builds of an app.', by: ['created_at', 'id'], needs: 'read-code' } as const;
  router.list('/apps/:app/builds', listing, async (http, range) => {
    const page = await pageOfBuilds(deps.store, http.state.app.id, range);
    return withItems(page, await presentBuilds(deps, http, page.items));
  });

  const creating = {
    ...facts,
    title: 'Create',
    about: 'Builds an app from source, and releases it.',
    takes: NewBuild,
    needs: 'deploy',
  } as const;
  router.post('/apps/:app/builds', creating, async (http, { source_blob: source, buildpacks }) => {
    const { user, app, push } = http.state;
    const build = await startBuild(deps, {
      app,
      user,
      origin: push ? 'git' : 'api',
      ...sourceOf(deps, source, user.id),
      commit: source.version ?? null,
      description: source.version_description ?? null,
      checksum: source.checksum ?? null,
      // Submodules are those of a repository that was pushed; an archive has none.
      submodules: push ? (source.submodules ?? []) : [],
      buildpacks: buildpacks?.length ? buildpacks.map(checkedBuildpack) : undefined,
    });
    await bindToPush(deps, http, build);
    return presentOneBuild(deps, http, build);
  });

  router.get('/apps/:app/builds/:build', { ...facts, title: 'Info', about: 'Shows a build.', needs: 'read-code' }, async (http) =>
    presentOneBuild(deps, http, await buildOfPath(deps, http)),
  );

  const reading = {
    of: Build,
    title: 'Commit',
    about: 'Shows the commit that was pushed or fetched.',
    gives: Commit,
    needs: 'read-code',
  } as const;
  router.get('/apps/:app/builds/:build/commit', reading, async (http) => {
    const commit = await commitOf(deps, await buildOfPath(deps, http));
    return presentCommit(commit);
  });

  const cancelling = { ...facts, title: 'Cancel', about: 'Cancels a build that is pending.', needs: 'deploy' } as const;
  router.delete('/apps/:app/builds/:build', cancelling, async (http) => {
    const build = await buildOfPath(deps, http);
    const isCancelled = build.status === 'pending' && (await cancelBuild(deps, build, cancelledBy(http.state.user.email)));
    const after = await buildOfPath(deps, http);
    if (!isCancelled)
      throw new PlatformError('invalid_params', `Can only cancel pending builds. Build ${build.id} has status '${after.status}'`);
    return presentOneBuild(deps, http, after);
  });
}

/** Where the source is had: from an archive, or from a repository. */
function sourceOf(
  { store, place }: ApiDeps,
  { url: text, git_ref: ref, checksum }: z.infer<typeof NewBuild>['source_blob'],
  userId: string,
): { source: string; git?: { ref: string; login: GitLogin | null } } {
  if (ref === null || ref === undefined)
    return { source: sourceRef({ key: store.key, internalUrl: place.internalUrl, url: text, userId, now: Date.now() }) };
  if (checksum)
    throw new PlatformError('invalid_params', 'source_blob.checksum: is of an archive; a repository is held to a commit, as git_ref');
  const { url, login } = splitLogin(text, 'source_blob.url');
  return { source: url, git: { ref: asRef(ref, 'source_blob.git_ref') ?? 'HEAD', login } };
}

/** Purges what builds of an app keep for the next. */
export function mountBuildCache(router: ApiRouter, deps: ApiDeps): void {
  const purging = { of: Build, title: 'Delete cache', about: 'Purges what builds keep for the next.', gives: z.strictObject({}) } as const;
  router.delete('/apps/:app/build-cache', { ...purging, needs: 'deploy', status: 202 }, async (http) => {
    await purgeBuildCache(deps, http.state.app, http.state.user);
    return {};
  });
}

function checkedBuildpack(given: z.infer<typeof buildpack>): string {
  const text = given.url ?? given.name ?? '';
  parseBuildpack(text);
  return text;
}

/** Notes the push's build, so that it ends when the pusher leaves; they may have left already. */
async function bindToPush(deps: ApiDeps, http: ApiContext, build: Noun): Promise<void> {
  const { push } = http.state;
  if (!push) return;
  push.buildId = build.id;
  if (pushOfRequest(deps, http) !== push) await cancelBuild(deps, build, PUSH_INTERRUPTED);
}

async function buildOfPath(deps: ApiDeps, http: ApiContext): Promise<Noun> {
  const build = await findBuild(deps.store, param(http, 'build'));
  if (!build || build.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that build.");
  return build;
}

async function commitOf(deps: ApiDeps, build: Noun) {
  if (build.commitTold) return { ...build.commitTold, committedAt: new Date(build.commitTold.committedAt) };
  const isPushed = build.origin === 'git' && build.commit !== null;
  const commit = isPushed ? await deps.readCommit(build.appId, build.commit!) : null;
  if (commit) return commit;
  throw new PlatformError('not_found', `Build ${build.id} has no commit here: it was refused, or is not of git.`);
}

async function presentBuilds(deps: ApiDeps, http: ApiContext, builds: Noun[]) {
  const base = publicUrl(http, deps.place);
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

export async function presentOneBuild(deps: ApiDeps, http: ApiContext, build: Noun) {
  const [presented] = await presentBuilds(deps, http, [build]);
  return presented!;
}
