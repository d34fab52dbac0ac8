// Ending a one-off dyno before its command has ended.
import type { App } from '../../model/app.js';
import type { Dyno } from '../../model/dyno.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { updateDyno } from '../../store/app/dynos.js';
import type { Context } from '../context.js';

/** The dyno manager stops it. May be called again. */
export async function stopOneOff(ctx: Context, app: App, user: User, dyno: Dyno): Promise<void> {
  await updateDyno(ctx.store, dyno.id, { state: 'down' });
  ctx.lines.write(app.id, apiLine(Date.now(), `Stop of ${dyno.name} by user ${user.email}`));
  await ctx.bus.publish('one-offs-changed', { appId: app.id });
}
