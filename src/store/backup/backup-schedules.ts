// Which databases are captured by the clock.
import { sql } from 'kysely';
import type { BackupSchedule } from '../../model/backup/schedule.js';
import type { Store } from '../open-store.js';

type NewSchedule = Omit<BackupSchedule, 'id' | 'createdAt' | 'updatedAt'>;

/** In place of one that the database has. */
export function saveBackupSchedule({ db }: Store, schedule: NewSchedule): Promise<BackupSchedule> {
  const { addonId: _same, ...change } = schedule;
  return db
    .insertInto('backupSchedules')
    .values(schedule)
    .onConflict((conflict) => conflict.column('addonId').doUpdateSet({ ...change, updatedAt: sql<Date>`now()` }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteBackupSchedule({ db }: Store, id: string): Promise<boolean> {
  const done = await db.deleteFrom('backupSchedules').where('id', '=', id).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** An app's, by name. */
export function listBackupSchedules({ db }: Store, appId: string): Promise<BackupSchedule[]> {
  return db.selectFrom('backupSchedules').selectAll().where('appId', '=', appId).orderBy('name').orderBy('id').execute();
}

/** Those whose time has come. */
export function listDueCaptures({ db }: Store, now: Date): Promise<BackupSchedule[]> {
  return db.selectFrom('backupSchedules').selectAll().where('dueAt', '<=', now).orderBy('dueAt').execute();
}

/** When the next of all is due. */
export async function nextCaptureAt({ db }: Store): Promise<Date | null> {
  const row = await db.selectFrom('backupSchedules').select('dueAt').orderBy('dueAt').limit(1).executeTakeFirst();
  return row?.dueAt ?? null;
}

/** Takes its turn; false where somebody was quicker. */
export async function takeDueCapture({ db }: Store, { id, dueAt }: BackupSchedule, next: Date): Promise<boolean> {
  const query = db.updateTable('backupSchedules').set({ dueAt: next }).where('id', '=', id).where('dueAt', '=', dueAt);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}
