// What an app runs by the clock.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Schedule } from '../../model/schedule/schedule.js';
import type { Store } from '../open-store.js';

type NewSchedule = Omit<Schedule, 'id' | 'createdAt' | 'updatedAt'>;

export function insertSchedule({ db }: Store, schedule: NewSchedule): Promise<Schedule> {
  return db.insertInto('schedules').values(schedule).returningAll().executeTakeFirstOrThrow();
}

export function updateSchedule({ db }: Store, id: string, change: Partial<NewSchedule>): Promise<unknown> {
  return db
    .updateTable('schedules')
    .set({ ...change, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Notes when it runs next: that is no change of it. */
export function setDue({ db }: Store, id: string, dueAt: Date): Promise<unknown> {
  return db.updateTable('schedules').set({ dueAt }).where('id', '=', id).execute();
}

/** With what became of its runs. */
export function deleteSchedule({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('schedules').where('id', '=', id).execute();
}

/** All that people have added to an app; those of its app.json stay. */
export function deleteSchedulesOf({ db }: Store, appId: string): Promise<unknown> {
  return db.deleteFrom('schedules').where('appId', '=', appId).where('origin', '=', 'people').execute();
}

/** One app's, or all; by name. */
export function listSchedules({ db }: Store, appId?: string): Promise<Schedule[]> {
  const all = db.selectFrom('schedules').selectAll().orderBy('name').orderBy('id');
  return (appId === undefined ? all : all.where('appId', '=', appId)).execute();
}

/** By name or id. */
export function findSchedule({ db }: Store, appId: string, ref: string): Promise<Schedule | undefined> {
  const ofApp = db.selectFrom('schedules').selectAll().where('appId', '=', appId);
  return ofApp.where(isUuid(ref) ? 'id' : 'name', '=', ref).executeTakeFirst();
}

/** The schedule, if its time has come. */
export function findDue({ db }: Store, id: string, now: Date): Promise<Schedule | undefined> {
  return db.selectFrom('schedules').selectAll().where('id', '=', id).where('dueAt', '<=', now).executeTakeFirst();
}

/** Those whose time has come, the longest due first. */
export function listDue({ db }: Store, now: Date): Promise<Pick<Schedule, 'id' | 'appId'>[]> {
  return db.selectFrom('schedules').select(['id', 'appId']).where('dueAt', '<=', now).orderBy('dueAt').execute();
}

/** When the next of all is due, of those whose time comes after that. */
export async function nextDueAt({ db }: Store, after: Date): Promise<Date | null> {
  const row = await db.selectFrom('schedules').select('dueAt').where('dueAt', '>', after).orderBy('dueAt').limit(1).executeTakeFirst();
  return row?.dueAt ?? null;
}
