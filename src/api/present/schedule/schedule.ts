import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { Schedule as Known, ScheduleRun as KnownRun } from '../../../model/schedule/schedule.js';
import { AppRef, createdAt, id, time, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef } from '../app/app.js';

const run = {
  id: id('schedule-run'),
  created_at: createdAt('schedule-run'),
  due_at: time('when it was due; null when somebody asked for it').nullable(),
  dyno: z
    .strictObject({ id: id('dyno'), name: z.string().describe('its name: scheduler.4821') })
    .nullable()
    .describe('dyno that it ran in; null when none was made'),
  ended_at: time('when it ended; null while it runs').nullable(),
  exit_status: z.int().nullable().describe('what its command ended with; null where it is not known'),
  reason: z.string().nullable().describe('why it did not run'),
  state: z.enum(['running', 'succeeded', 'failed', 'skipped', 'missed']).describe('what became of it'),
};

const runAbout = { name: 'schedule-run', about: 'A schedule run is one time that a schedule was due, or asked for; not part of Heroku.' };
export const ScheduleRun = resource(runAbout, {
  ...run,
  schedule: z.strictObject({ id: id('schedule'), name: z.string().describe('its name') }),
});

const about = {
  name: 'schedule',
  about: 'A schedule is a command of an app that runs by the clock, in a dyno of its own; not part of Heroku.',
  identity: ['id', 'name'],
};
export const Schedule = resource(about, {
  id: id('schedule'),
  allow_overlap: z.boolean().describe('whether a run may begin while another goes on'),
  app: AppRef,
  command: z.string().describe('what it runs'),
  created_at: createdAt('schedule'),
  cron: z.string().describe('when it runs: minute, hour, day of the month, month, day of the week'),
  last_run: z.strictObject(run).nullable().describe('its newest run'),
  name: z.string().describe('its name within the app'),
  next_run_at: time('when it runs next'),
  origin: z.enum(['people', 'app.json']).describe('who asked for it; that of an app.json is replaced by the next release'),
  size: z.string().nullable().describe('size of its dyno; null is the usual one'),
  timezone: z.string().describe('time zone of cron: Europe/Vienna'),
  updated_at: updatedAt('schedule'),
});

export function presentSchedule(schedule: Known, app: App, last: KnownRun | undefined): z.input<typeof Schedule> {
  return {
    id: schedule.id,
    allow_overlap: schedule.allowOverlap,
    app: presentAppRef(app),
    command: schedule.command,
    created_at: schedule.createdAt.toISOString(),
    cron: schedule.cron,
    last_run: last ? presentFacts(last) : null,
    name: schedule.name,
    next_run_at: schedule.dueAt.toISOString(),
    origin: schedule.origin,
    size: schedule.size,
    timezone: schedule.timezone,
    updated_at: schedule.updatedAt.toISOString(),
  };
}

export function presentScheduleRun(known: KnownRun, { id: scheduleId, name }: Known): z.input<typeof ScheduleRun> {
  return { ...presentFacts(known), schedule: { id: scheduleId, name } };
}

function presentFacts(known: KnownRun) {
  return {
    id: known.id,
    created_at: known.createdAt.toISOString(),
    due_at: known.dueAt?.toISOString() ?? null,
    dyno: known.dynoId !== null && known.dynoName !== null ? { id: known.dynoId, name: known.dynoName } : null,
    ended_at: known.endedAt?.toISOString() ?? null,
    exit_status: known.exitStatus,
    reason: known.reason,
    state: known.state,
  };
}
