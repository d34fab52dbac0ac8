// A run of a schedule that somebody asks for: now, whatever the clock says.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { Schedule, ScheduleRun } from '../../model/schedule/schedule.js';
import type { User } from '../../model/user.js';
import { inTransaction } from '../../store/open-store.js';
import { goingOn, insertRun } from '../../store/schedule/runs.js';
import type { Context } from '../context.js';
import { holdApp } from '../one-off/make-dyno.js';
import { makeSchedulerDyno } from './scheduler-dyno.js';

/** Throws `invalid_params` when there is nothing to run, or a run of it goes on that must not overlap. */
export async function runSchedule(ctx: Context, app: App, user: User, schedule: Schedule): Promise<ScheduleRun> {
  const run = await inTransaction(ctx.store, async (store) => {
    const quota = await holdApp(store, ctx, app);
    const other = schedule.allowOverlap ? undefined : await goingOn(store, schedule.id);
    if (other)
      throw new PlatformError('invalid_params', `${schedule.name} runs already, as ${other.dynoName}: wait for its end, or stop it first.`);
    const dyno = await makeSchedulerDyno(store, ctx, schedule, quota);
    // One that was asked for has no due time, so no other row can be in its way.
    return (await insertRun(store, { scheduleId: schedule.id, dueAt: null, state: 'running', dynoId: dyno.id, dynoName: dyno.name }))!;
  });
  const text = `Starting process with command \`${schedule.command}\` of schedule ${schedule.name} by user ${user.email}`;
  ctx.lines.write(app.id, apiLine(Date.now(), text));
  await ctx.bus.publish('one-offs-changed', { appId: app.id });
  return run;
}
