// When the dynos of a new release crash, those before it go on serving; this ends them, for whoever must: a key has leaked.
import type { App } from '../../model/app.js';
import { isReleaseCommand, replacedDynos, type Dyno } from '../../model/dyno.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { listDynos, updateDyno } from '../../store/app/dynos.js';
import { readWants } from '../../store/app/wanted.js';
import type { Context } from '../context.js';

/** Takes them off the route; the dyno manager stops them. Returns which they are. */
export async function stopOldDynos(ctx: Context, app: App, user: User): Promise<Dyno[]> {
  const [dynos, [wants]] = await Promise.all([listDynos(ctx.store, { appId: app.id }), readWants(ctx.store, app.id)]);
  const formation = dynos.filter(({ type, oneOff }) => !oneOff && !isReleaseCommand(type));
  const old = replacedDynos(formation, wants?.release.version ?? 0);
  if (old.length === 0) return [];
  for (const { id } of old) await updateDyno(ctx.store, id, { state: 'down' });
  const which = old.map((dyno) => `${dyno.name} of v${dyno.releaseVersion}`).join(', ');
  ctx.lines.write(app.id, apiLine(Date.now(), `Stop of ${which} by user ${user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
  await ctx.queue.enqueue('reconcile', { appId: app.id });
  return old;
}
