// Restarting: the dyno manager replaces one dyno, those of a type, or all.
import type { App } from '../../model/app.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { askForRestart, listDynos } from '../../store/app/dynos.js';
import { wakeDynos } from '../../store/app/idle-dynos.js';
import type { Context } from '../context.js';

/** Asks for new dynos in place of those named; none named is all of the app, but for one-off ones. Returns how many there are. */
export async function restartDynos(ctx: Context, app: App, user: User, which: { name?: string; type?: string } = {}): Promise<number> {
  const dynos = (await listDynos(ctx.store, { appId: app.id })).filter((dyno) => !dyno.oneOff);
  const chosen = dynos.filter((dyno) => (!which.name || dyno.name === which.name) && (!which.type || dyno.type === which.type));
  const ids = chosen.map((dyno) => dyno.id);
  if (ids.length > 0) await askForRestart(ctx.store, ids, new Date());
  // They sleep together, and wake together.
  if (chosen.some(({ state }) => state === 'idle')) await wakeDynos(ctx.store, app.id, new Date());
  ctx.lines.write(app.id, apiLine(Date.now(), `Restart of ${which.name ?? which.type ?? 'all dynos'} by user ${user.email}`));
  await ctx.bus.publish('dynos-restart', { appId: app.id, ...which });
  await ctx.queue.enqueue('reconcile', { appId: app.id });
  return chosen.length;
}
