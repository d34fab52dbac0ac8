// A change of config vars is a release of the same slug: append it, and every dyno is replaced.
import type { App } from '../../model/app.js';
import { describeChange, type ConfigVars } from '../../model/config-vars.js';
import { PlatformError } from '../../model/errors.js';
import { changeByPerson } from '../../model/addon/owned-vars.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { readOwnedVars, writeOwnedVars } from '../../store/app/config-vars.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { addRelease } from '../release/add-release.js';
import { tellRelease } from '../release/tell-release.js';

/** Merges a patch (null deletes) and returns the full set. Nothing changed: no release. Throws `invalid_params`. */
export async function setConfigVars(ctx: Context, app: App, user: User, patch: Record<string, string | null>): Promise<ConfigVars> {
  const done = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const { owned, change } = changeByPerson(await readOwnedVars(store, app.id), user.id, patch);
    if (change.set.length === 0 && change.removed.length === 0) return { change, release: null };
    await writeOwnedVars(store, app.id, owned);
    const release = await addRelease(store, { appId: app.id, userId: user.id, description: describeChange(change) });
    return { change, release };
  });
  if (done.release) await tellRelease(ctx, done.release, user);
  return done.change.vars;
}
