// When a database is captured by the clock: once a day, at an hour of a time zone.
import { nextRun } from '../schedule/cron.js';

export interface BackupSchedule {
  id: string;
  appId: string;
  addonId: string;
  /** `DATABASE_URL` */
  name: string;
  /** 0 to 23, by the clock of the time zone. */
  hour: number;
  timezone: string;
  dueAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** Of a time zone that was checked. */
export function nextCapture({ hour, timezone }: Pick<BackupSchedule, 'hour' | 'timezone'>, after: Date): Date {
  return nextRun(timesOf({ hour, timezone }), after);
}

export function timesOf({ hour, timezone }: Pick<BackupSchedule, 'hour' | 'timezone'>): { cron: string; timezone: string } {
  return { cron: `0 ${hour} * * *`, timezone };
}
