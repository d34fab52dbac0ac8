import type { App } from '../../model/app.js';
import type { Domain } from '../../model/domain/domain.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { deleteDomain } from '../../store/domain/domains.js';
import type { Context } from '../context.js';

/** Takes a host name from an app; routers are told at once. Throws `not_found`. */
export async function removeDomain(ctx: Context, app: App, user: User, { id, hostname }: Domain): Promise<void> {
  if (!(await deleteDomain(ctx.store, id))) throw new PlatformError('not_found', "Couldn't find that domain.");
  ctx.lines.write(app.id, apiLine(Date.now(), `Remove domain ${hostname} by user ${user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
}
