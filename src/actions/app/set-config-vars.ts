// A change of config vars is a release of the same slug: append it, and every dyno is replaced.
import type { App } from '../../model/app.js';
import { changeConfig, describeChange, type ConfigVars } from '../../model/config-vars.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp, readConfigVars, writeConfigVars } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { releaseAgain } from '../release/release-again.js';

/** Merges a patch (null deletes) and returns the full set. Nothing changed: no release. Throws `invalid_params`. */
export async function setConfigVars(ctx: Context, app: App, user: User, patch: Record<string, string | null>): Promise<ConfigVars> {
  const done = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const change = changeConfig(await readConfigVars(store, app.id), patch);
    if (change.set.length === 0 && change.removed.length === 0) return { change, release: null };
    await writeConfigVars(store, app.id, change.vars);
    const release = await releaseAgain(store, {
      appId: app.id,
      userId: user.id,
      description: describeChange(change),
      configVars: change.vars,
    });
    return { change, release };
  });
  if (done.release) {
    ctx.lines.write(app.id, apiLine(Date.now(), `${done.release.description} by user ${user.email}`));
    ctx.lines.write(app.id, apiLine(Date.now(), `Release v${done.release.version} created by user ${user.email}`));
    await ctx.queue.enqueue('release', { releaseId: done.release.id });
  }
  return done.change.vars;
}
