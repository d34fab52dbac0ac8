// Automatic certificates, on or off for an app, or tried for again at once.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { findApp } from '../../store/app/apps.js';
import { setAcm as save } from '../../store/domain/managed.js';
import type { Context } from '../context.js';

/** Returns the app as it is then. On also asks again for what has failed. */
export async function setAcm(ctx: Context, app: App, user: User, isOn: boolean): Promise<App> {
  await save(ctx.store, app.id, isOn);
  const changed = await findApp(ctx.store, app.id);
  if (!changed) throw new PlatformError('not_found', "Couldn't find that app.");
  if (app.acm !== isOn) ctx.lines.write(app.id, apiLine(Date.now(), `${isOn ? 'Enable' : 'Disable'} ACM by user ${user.email}`));
  // Routers read the certificates again, and whoever orders them hears of it too.
  await ctx.bus.publish('route-changed', { appId: app.id });
  return changed;
}
