// An app's build cache is void from the next build on. Builders that keep one are told, to give the room back soon.
import type { App } from '../../model/app.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { voidCache } from '../../store/app/apps.js';
import type { Context } from '../context.js';

/** Purges the cache. A build that runs goes on with what it has, and keeps none of it for the next. */
export async function purgeBuildCache(ctx: Context, app: App, user: User): Promise<void> {
  await voidCache(ctx.store, app.id);
  ctx.lines.write(app.id, apiLine(Date.now(), `Build cache purged by user ${user.email}`));
  await ctx.bus.publish('cache-purged', { appId: app.id });
}
