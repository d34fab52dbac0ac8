// Name, maintenance mode, and the stack of the next build.
import { checkAppName, type App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { findStack } from '../../model/build/stack.js';
import type { User } from '../../model/user.js';
import { updateApp as saveApp } from '../../store/app/apps.js';
import type { Context } from '../context.js';

interface AppChange {
  name?: string | undefined;
  maintenance?: boolean | undefined;
  buildStack?: string | undefined;
}

/** Changes an app. Throws `invalid_params` for a name that is wrong or taken, or an unknown stack. */
export async function updateApp(ctx: Context, app: App, user: User, change: AppChange): Promise<App> {
  if (change.name !== undefined && change.name !== app.name) checkAppName(change.name);
  const stack = change.buildStack === undefined ? undefined : findStack(change.buildStack);
  if (change.buildStack !== undefined && !stack) {
    throw new PlatformError('invalid_params', `Stack ${JSON.stringify(change.buildStack)} does not exist; see GET /stacks.`);
  }
  const updated = await saveApp(ctx.store, app.id, {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.maintenance !== undefined && { maintenance: change.maintenance }),
    ...(stack && { buildStack: stack.name }),
  });
  if (!updated) throw new PlatformError('not_found', "Couldn't find that app.");
  if (change.maintenance !== undefined && change.maintenance !== app.maintenance) {
    const text = `Maintenance mode ${change.maintenance ? 'enabled' : 'disabled'} by user ${user.email}`;
    ctx.lines.write(app.id, apiLine(Date.now(), text));
  }
  await ctx.bus.publish('route-changed', { appId: app.id });
  return updated;
}
