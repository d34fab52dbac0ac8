// A schedule whose time has come. What is due is decided and written down with the app's row locked, in the transaction that makes
// the dyno: whoever is killed has done all of it or nothing, and whoever comes second finds another due time.
import { PlatformError } from '../../model/errors.js';
import { platformLine } from '../../model/logs/log-line.js';
import { nextRun } from '../../model/schedule/cron.js';
import { whatIsDue, type Due } from '../../model/schedule/due.js';
import { SCHEDULER_TYPE, type Schedule } from '../../model/schedule/schedule.js';
import type { App } from '../../model/app.js';
import { findApp } from '../../store/app/apps.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { goingOn, hasRun, insertRun } from '../../store/schedule/runs.js';
import { findDue, setDue } from '../../store/schedule/schedules.js';
import type { Context } from '../context.js';
import { holdApp } from '../one-off/make-dyno.js';
import type { Quota } from '../people/hold-quota.js';
import { makeSchedulerDyno } from './scheduler-dyno.js';

/** Runs it once, or says in the app's log why not. Nothing when it isn't due any more. */
export async function runDue(ctx: Context, { id, appId }: Pick<Schedule, 'id' | 'appId'>, now: Date): Promise<void> {
  const app = await findApp(ctx.store, appId);
  if (!app) return;
  const said = await inTransaction(ctx.store, async (store) => {
    const quota = await holdApp(store, ctx, app);
    const schedule = await findDue(store, id, now);
    if (!schedule) return [];
    const due = whatIsDue({ ...schedule, now });
    const lines = [
      ...(due.missed ? await noteMissed(store, schedule, due.missed) : []),
      ...(due.run ? await runOnce(store, ctx, { app, schedule, quota, at: due.run }) : []),
    ];
    await setDue(store, id, due.next);
    return lines;
  });
  for (const text of said) ctx.lines.write(appId, platformLine(now.getTime(), SCHEDULER_TYPE, text));
  if (said.length > 0) await ctx.bus.publish('one-offs-changed', { appId });
}

/** One row for all of them. */
async function noteMissed(store: Store, { id, name }: Schedule, missed: NonNullable<Due['missed']>): Promise<string[]> {
  const { first, count, isMore } = missed;
  const others = `${isMore ? 'more than ' : ''}${count - 1} more after it`;
  const reason = `The platform was down${count === 1 ? '' : `, and so it was for ${others}`}.`;
  if (!(await insertRun(store, { scheduleId: id, dueAt: first, state: 'missed', reason, endedAt: first }))) return [];
  const which = `the run of ${shown(first)}${count === 1 ? '' : ` and ${others}`}`;
  return [`Schedule ${name}: missed ${which} while the platform was down. Only the newest is made good, within 5 minutes`];
}

interface Turn {
  app: App;
  schedule: Schedule;
  quota: Quota;
  at: Date;
}

async function runOnce(store: Store, ctx: Context, { app, schedule, quota, at }: Turn): Promise<string[]> {
  const { id, name, command } = schedule;
  // The clock was set back.
  if (await hasRun(store, id, at)) return [];
  const skip = async (reason: string) => {
    await insertRun(store, { scheduleId: id, dueAt: at, state: 'skipped', reason, endedAt: at });
    return [`Schedule ${name}: skipped the run of ${shown(at)}. ${reason}`];
  };
  // Whoever switches maintenance on works on what the command would work on, too; it can still be run by hand.
  if (app.maintenance) return skip('The app is in maintenance mode.');
  const other = schedule.allowOverlap ? undefined : await goingOn(store, id);
  if (other) return skip(`The run of ${shown(other.dueAt ?? other.createdAt)} goes on, as ${other.dynoName}.`);
  try {
    const dyno = await makeSchedulerDyno(store, ctx, schedule, quota);
    await insertRun(store, { scheduleId: id, dueAt: at, state: 'running', dynoId: dyno.id, dynoName: dyno.name });
    return [`Schedule ${name}: starting \`${command}\` as ${dyno.name}`];
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return skip(error.message);
  }
}

/** `2026-11-28T12:10Z`: no schedule knows seconds. */
function shown(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}

/**
 * Where the clock was set back, a due time that was reckoned by it is too late: it is reckoned anew. What has run isn't run again,
 * since the row of its due time is there.
 */
export async function reckonAnew({ store }: Pick<Context, 'store'>, schedule: Schedule, now: Date): Promise<void> {
  const next = nextRun(schedule, now);
  if (next < schedule.dueAt) await setDue(store, schedule.id, next);
}
