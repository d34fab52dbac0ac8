// An app gets another owner, with everything it owns.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { updateApp } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';

/** Gives the app to another user. What its owner has open on it ends. Throws `invalid_params` where they may not have one more. */
export async function transferApp(ctx: Context, app: App, heir: User, by: User): Promise<App> {
  if (heir.suspendedAt) throw new PlatformError('invalid_params', `${heir.email} is disabled: name another user.`);
  const given = await inTransaction(ctx.store, async (store) => {
    if (heir.id !== app.ownerId) await (await holdQuota(store, ctx.quotas, 'apps', heir.id)).check(1);
    return updateApp(store, app.id, { ownerId: heir.id });
  });
  if (!given) throw new PlatformError('not_found', "Couldn't find that app.");
  ctx.lines.write(app.id, apiLine(Date.now(), `Transfer to ${heir.email} by user ${by.email}`));
  if (heir.id !== app.ownerId) await ctx.bus.publish('access-revoked', { userId: app.ownerId, authorizationId: null });
  return given;
}
