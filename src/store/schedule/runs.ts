// What became of schedules' runs. The row of one that is due is what keeps it from happening twice.
import { sql } from 'kysely';
import type { ScheduleRun } from '../../model/schedule/schedule.js';
import type { Store } from '../open-store.js';

type Later = 'reason' | 'dynoId' | 'dynoName' | 'endedAt';
type NewRun = Pick<ScheduleRun, 'scheduleId' | 'dueAt' | 'state'> & Partial<Pick<ScheduleRun, Later>>;

/** Undefined when there is one of the same due time already. */
export function insertRun({ db }: Store, run: NewRun): Promise<ScheduleRun | undefined> {
  return db
    .insertInto('scheduleRuns')
    .values(run)
    .onConflict((oc) => oc.columns(['scheduleId', 'dueAt']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Whether there is one of this due time. */
export async function hasRun({ db }: Store, scheduleId: string, dueAt: Date): Promise<boolean> {
  const ofSchedule = db.selectFrom('scheduleRuns').select('id').where('scheduleId', '=', scheduleId);
  return (await ofSchedule.where('dueAt', '=', dueAt).executeTakeFirst()) !== undefined;
}

/** The run of a schedule that goes on: whose dyno is still there. */
export function goingOn({ db }: Store, scheduleId: string): Promise<Pick<ScheduleRun, 'dynoName' | 'dueAt' | 'createdAt'> | undefined> {
  return db
    .selectFrom('scheduleRuns')
    .innerJoin('dynos', 'dynos.id', 'scheduleRuns.dynoId')
    .select(['scheduleRuns.dynoName', 'scheduleRuns.dueAt', 'scheduleRuns.createdAt'])
    .where('scheduleId', '=', scheduleId)
    .where('scheduleRuns.state', '=', 'running')
    .limit(1)
    .executeTakeFirst();
}

/** The dyno of a run has ended; of any other dyno nothing is noted. */
export function endRun({ db }: Store, dynoId: string, o: { status: number | null; reason?: string }): Promise<unknown> {
  const { status, reason = null } = o;
  return db
    .updateTable('scheduleRuns')
    .set({ state: status === 0 ? 'succeeded' : 'failed', exitStatus: status, reason, endedAt: sql<Date>`now()` })
    .where('dynoId', '=', dynoId)
    .where('state', '=', 'running')
    .execute();
}

/** The newest of each schedule of an app, by schedule. */
export async function lastRuns({ db }: Store, appId: string): Promise<Map<string, ScheduleRun>> {
  const rows = await db
    .selectFrom('scheduleRuns')
    .innerJoin('schedules', 'schedules.id', 'scheduleRuns.scheduleId')
    .selectAll('scheduleRuns')
    .distinctOn('scheduleId')
    .where('appId', '=', appId)
    .orderBy('scheduleId')
    .orderBy('scheduleRuns.createdAt', 'desc')
    .orderBy('scheduleRuns.dueAt', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.scheduleId, row]));
}

/** Of a schedule, newest first. */
export function listRuns({ db }: Store, scheduleId: string, most: number): Promise<ScheduleRun[]> {
  const ofSchedule = db.selectFrom('scheduleRuns').selectAll().where('scheduleId', '=', scheduleId);
  return ofSchedule.orderBy('createdAt', 'desc').orderBy('dueAt', 'desc').limit(most).execute();
}

/**
 * Forgets what is older than `before`, but for each schedule's newest `keep`, and all but its newest `most`: those that go on stay. Ends
 * those whose dyno has gone without a word.
 */
export async function trimRuns({ db }: Store, { before, keep, most }: { before: Date; keep: number; most: number }): Promise<void> {
  await db
    .updateTable('scheduleRuns')
    .set({ state: 'failed', reason: 'Its dyno was lost.', endedAt: sql<Date>`now()` })
    .where('state', '=', 'running')
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('dynos').select('id').whereRef('dynos.id', '=', 'scheduleRuns.dynoId'))))
    .execute();
  const aged = db
    .selectFrom('scheduleRuns')
    .select(['id', 'createdAt', sql<number>`row_number() over (partition by schedule_id order by created_at desc)`.as('age')]);
  const isTooMany = sql<boolean>`(age > case when created_at < ${before} then ${keep}::int else ${most}::int end)`;
  await db
    .deleteFrom('scheduleRuns')
    .where('state', '!=', 'running')
    .where('id', 'in', (eb) => eb.selectFrom(aged.as('aged')).select('id').where(isTooMany))
    .execute();
}
