// A command of an app that is to run by the clock.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { checkTimes, nextRun } from '../../model/schedule/cron.js';
import { checkScheduleName, MOST_SCHEDULES, nameFor, type Schedule, type ScheduleWish } from '../../model/schedule/schedule.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import { insertSchedule, listSchedules } from '../../store/schedule/schedules.js';
import { checkFits, sizeOf } from '../app/size-of.js';
import type { Context } from '../context.js';

export type NewSchedule = Omit<ScheduleWish, 'name'> & { name: string | null };

/** Adds it; it first runs when its time comes next after `now`. Throws `invalid_params`, `not_found`. */
export async function addSchedule(ctx: Context, app: App, user: User, o: { wish: NewSchedule; now: Date }): Promise<Schedule> {
  const { wish, now } = o;
  checkTimes(wish);
  if (wish.name !== null) checkScheduleName(wish.name);
  if (wish.size !== null) await checkFits(ctx, sizeOf(ctx, wish.size, undefined));
  const added = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const present = await listSchedules(store, app.id);
    const taken = new Set(present.map(({ name }) => name));
    if (present.filter(({ origin }) => origin === 'people').length >= MOST_SCHEDULES)
      throw new PlatformError('invalid_params', `An app has ${MOST_SCHEDULES} schedules at most; remove one with schedule:remove first.`);
    if (wish.name !== null && taken.has(wish.name)) throw new PlatformError('invalid_params', `Name ${wish.name} is already taken`);
    const name = wish.name ?? nameFor(wish.command, taken);
    return insertSchedule(store, { ...wish, name, appId: app.id, origin: 'people', dueAt: nextRun(wish, now) });
  });
  await ctx.bus.publish('schedules-changed', {});
  ctx.lines.write(app.id, apiLine(now.getTime(), `Add schedule ${added.name} by user ${user.email}`));
  return added;
}
