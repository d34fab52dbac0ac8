import { findAddon } from '../../store/addon/addons.js';
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { originOf, type LogDrain } from '../../model/logs/drain.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { deleteLogDrain } from '../../store/app/log-drains.js';
import type { Context } from '../context.js';

/** Sends an app's log there no more. Throws `invalid_params` for an add-on's. */
export async function removeDrain(ctx: Context, app: App, user: User, { id, addonId, url }: LogDrain): Promise<void> {
  const addon = addonId === null ? undefined : await findAddon(ctx.store, addonId);
  if (addon)
    throw new PlatformError('invalid_params', `That log drain belongs to the add-on ${addon.name}, and goes when it is destroyed.`);
  if (!(await deleteLogDrain(ctx.store, id))) throw new PlatformError('not_found', "Couldn't find that log drain.");
  await ctx.bus.publish('drains-changed', { appId: app.id });
  ctx.lines.write(app.id, apiLine(Date.now(), `Remove log drain ${originOf(url)} by user ${user.email}`));
}
