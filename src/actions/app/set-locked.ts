// An app of a team may be locked: then its members see it when they have been let in only.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { updateApp } from '../../store/app/apps.js';
import { findTeamAsOwner } from '../../store/people/teams.js';
import type { Context } from '../context.js';

/** Throws `invalid_params` for an app that belongs to no team. */
export async function setLocked(ctx: Context, app: App, by: User, locked: boolean): Promise<App> {
  if (locked === app.locked) return app;
  if (!(await findTeamAsOwner(ctx.store, app.ownerId)))
    throw new PlatformError('invalid_params', `${app.name} belongs to no team: nobody sees it but whoever was let in.`);
  const changed = await updateApp(ctx.store, app.id, { locked });
  if (!changed) throw new PlatformError('not_found', "Couldn't find that app.");
  ctx.lines.write(app.id, apiLine(Date.now(), `${locked ? 'Lock' : 'Unlock'} by user ${by.email}`));
  if (locked) await ctx.bus.publish('access-changed', { userId: null, appId: app.id });
  return changed;
}
