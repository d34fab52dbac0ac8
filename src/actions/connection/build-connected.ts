import type { App } from '../../model/app.js';
import type { Build } from '../../model/build/build.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { PlatformError } from '../../model/errors.js';
import type { User } from '../../model/user.js';
import { noteBegun, readConnectionLogin } from '../../store/connection/connections.js';
import { startBuild } from '../build/start-build.js';
import type { Context } from '../context.js';
import { tellStatus } from './tell-status.js';

interface Wanted {
  app: App;
  user: User;
  connection: GitConnection;
  /** A branch, tag or commit; the connected branch where nothing is said. */
  ref?: string | undefined;
  /** The branch's tip: it is built once, whoever finds it. */
  tip?: string;
}

/** Builds a commit of the repository that an app is connected to. Throws as `startBuild` does, `conflict` for a tip that was begun. */
export async function buildConnected(ctx: Context, { app, user, connection, ref = connection.branch, tip }: Wanted): Promise<Build> {
  // By ssh the connection's own key opens it; its token is for the host's API then.
  const login = connection.deployKey === null ? await readConnectionLogin(ctx.store, connection.id) : null;
  const build = await startBuild(ctx, {
    app,
    user,
    origin: 'api',
    source: connection.url,
    git: { ref, login, connectionId: connection.id },
    commit: tip ?? null,
    description: null,
    async within(store, build) {
      if (tip !== undefined && !(await noteBegun(store, connection, tip)))
        throw new PlatformError('conflict', `${tip} is being built already, or the app is connected to another repository.`);
      // A commit that isn't known yet is told of at the end.
      if (build.commit !== null) await tellStatus(store, build);
    },
  });
  await ctx.bus.publish('outbox-written', {});
  return build;
}
