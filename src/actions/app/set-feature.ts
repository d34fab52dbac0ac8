// Switching something on that an app can do. Routers know at once; of dynos, those that start from now on.
import type { FeatureName } from '../../model/run/app-feature.js';
import type { App } from '../../model/app.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { setFeature as save } from '../../store/app/features.js';
import type { Context } from '../context.js';

export async function setFeature(ctx: Context, app: App, user: User, change: { name: FeatureName; isOn: boolean }): Promise<void> {
  if (!(await save(ctx.store, app.id, change.name, change.isOn))) return;
  ctx.lines.write(app.id, apiLine(Date.now(), `${change.isOn ? 'Enable' : 'Disable'} ${change.name} feature by user ${user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
}
