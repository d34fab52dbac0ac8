// A build is recorded and queued. One at a time per app: the row's lock decides who is first.
import type { App } from '../../model/app.js';
import type { Build, Submodule } from '../../model/build/build.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { GitLogin } from '../../model/git/remote-url.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { readSource } from '../../store/app/source.js';
import { listBuildpacks } from '../../store/build/buildpack-installations.js';
import { keepBuildLogin } from '../../store/build/build-logins.js';
import { insertBuild, listPendingBuilds } from '../../store/build/builds.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';

interface NewBuild {
  app: App;
  user: User;
  origin: Build['origin'];
  /** A signed blob URL or the URL of a tarball. */
  source: string;
  /** Where `source` is the URL of a repository: the branch, tag or commit of it, and what opens it. */
  git?: { ref: string; login: GitLogin | null; connectionId?: string } | undefined;
  commit: string | null;
  description: string | null;
  /** `SHA256:<hex>` that the source must have. */
  checksum?: string | null;
  submodules?: Submodule[];
  /** Written with the build, or not at all. */
  within?: (store: Store, build: Build) => Promise<void>;
  /** Instead of the app's own list. */
  buildpacks?: string[] | undefined;
}

/** Starts a build. Throws `conflict` while another build of the app is pending, `invalid_params` while its owner has too many. */
export async function startBuild(ctx: Context, o: NewBuild): Promise<Build> {
  const build = await inTransaction(ctx.store, async (store) => {
    const quota = await holdQuota(store, ctx.quotas, 'builds', o.app.ownerId);
    if (!(await lockApp(store, o.app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    if ((await listPendingBuilds(store, o.app.id)).length > 0) {
      throw new PlatformError('conflict', `Another build of ${o.app.name} is in progress; wait until it has ended, or cancel it.`);
    }
    await quota.check(1);
    const buildpacks = o.buildpacks ?? (await listBuildpacks(store, o.app.id));
    const { dir } = await readSource(store, o.app.id);
    const made = await insertBuild(store, {
      sourceDir: dir,
      appId: o.app.id,
      userId: o.user.id,
      origin: o.origin,
      stack: o.app.buildStack,
      source: o.source,
      commit: o.commit,
      sourceDescription: o.description,
      buildpacks,
      checksum: o.checksum ?? null,
      submodules: o.submodules ?? [],
      gitRef: o.git?.ref ?? null,
      connectionId: o.git?.connectionId ?? null,
    });
    await o.within?.(store, made);
    if (o.git?.login) await keepBuildLogin(store, made.id, o.git.login);
    return made;
  });
  ctx.lines.write(o.app.id, apiLine(Date.now(), `Build started by user ${o.user.email}`));
  await ctx.queue.enqueue('build', { buildId: build.id });
  return build;
}
