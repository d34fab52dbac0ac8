// Databases that are captured by the clock, as Heroku's data host has them.
import { z } from 'zod';
import { nameOf } from '../../../actions/backup/begin-transfer.js';
import { mayOn } from '../../../actions/people/may-on.js';
import { nextCapture, timesOf } from '../../../model/backup/schedule.js';
import { PlatformError } from '../../../model/errors.js';
import { checkTimes } from '../../../model/schedule/cron.js';
import { findApp } from '../../../store/app/apps.js';
import { deleteBackupSchedule, listBackupSchedules, saveBackupSchedule } from '../../../store/backup/backup-schedules.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param } from '../../http.js';
import { BackupSchedule, presentBackupSchedule } from '../../present/data/transfer.js';
import { takeRange } from '../../range.js';
import { wholeNumber } from '../../schema/fields.js';
import { databaseOf } from './database-of.js';

const PG = 'heroku-postgresql';
const NewSchedule = z.object({
  hour: wholeNumber(0, 23).describe('hour of the day'),
  timezone: z.string('must be the name of a time zone').max(100).nullish().describe('time zone of the hour; UTC without it'),
  schedule_name: z.string('must be a text').max(300).nullish().describe('what people call the database: DATABASE_URL'),
});

export function mountBackupSchedules(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: BackupSchedule, gives: BackupSchedule } as const;
  const path = '/client/v11/databases/:database/transfer-schedules';
  const listing = { ...facts, title: 'List', about: "Lists when databases of a database's app are captured.", needs: 'view' } as const;
  router.list(path, { ...listing, by: ['name', 'id'] }, async (http, range) => {
    const { id, appId } = await databaseOf(deps, http, PG);
    const app = await findApp(deps.store, appId ?? '');
    // By an app that has it attached one sees it, not the others of the app that it belongs to.
    const seesAll = app !== undefined && (await mayOn(deps.store, http.state.user, 'view', app));
    const all = await listBackupSchedules(deps.store, appId ?? '');
    return takeRange(all.filter(({ addonId }) => seesAll || addonId === id).map(presentBackupSchedule), range);
  });

  const making = { ...facts, title: 'Create', about: 'Has a database captured once a day.', takes: NewSchedule } as const;
  router.post(path, { ...making, needs: 'operate' }, async (http, { hour, timezone, schedule_name: given }) => {
    const addon = await databaseOf(deps, http, PG, 'operate');
    const times = { hour, timezone: timezone || 'UTC' };
    checkTimes(timesOf(times));
    const name = given || `${await nameOf(deps.store, addon)}_URL`;
    const schedule = { appId: addon.appId!, addonId: addon.id, name, ...times, dueAt: nextCapture(times, new Date()) };
    return presentBackupSchedule(await saveBackupSchedule(deps.store, schedule));
  });

  const removing = { ...facts, title: 'Delete', about: 'Has a database captured by the clock no longer.', needs: 'operate' } as const;
  router.delete(`${path}/:transfer_schedule`, removing, async (http) => {
    const { appId } = await databaseOf(deps, http, PG, 'operate');
    const all = await listBackupSchedules(deps.store, appId ?? '');
    const found = all.find(({ id }) => id === param(http, 'transfer_schedule'));
    if (!found) throw new PlatformError('not_found', "Couldn't find that schedule.");
    await deleteBackupSchedule(deps.store, found.id);
    return presentBackupSchedule(found);
  });
}
