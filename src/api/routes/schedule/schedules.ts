import { z } from 'zod';
import { addSchedule } from '../../../actions/schedule/add-schedule.js';
import { removeSchedule } from '../../../actions/schedule/remove-schedule.js';
import { runSchedule } from '../../../actions/schedule/run-schedule.js';
import { PlatformError } from '../../../model/errors.js';
import { MOST_COMMAND_CHARS } from '../../../model/schedule/app-json.js';
import { MOST_RUNS, type Schedule as Noun } from '../../../model/schedule/schedule.js';
import { lastRuns, listRuns } from '../../../store/schedule/runs.js';
import { findSchedule, listSchedules } from '../../../store/schedule/schedules.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { presentSchedule, presentScheduleRun, Schedule, ScheduleRun } from '../../present/schedule/schedule.js';
import { takeRange } from '../../range.js';

const isText = (value: string) => !value.includes('\0');
const NewSchedule = z.object({
  cron: z
    .string('must be a cron expression, such as "0 3 * * *"')
    .max(1_000)
    .refine(isText, 'must not contain NUL')
    .describe('when it runs: minute, hour, day of the month, month, day of the week'),
  command: z
    .string('must be the command to run')
    .max(MOST_COMMAND_CHARS)
    .refine(isText, 'must not contain NUL')
    .refine((value) => value.trim() !== '', 'must name what to run')
    .describe('what it runs'),
  timezone: z.string().max(100).nullish().describe('time zone of cron; UTC without it'),
  name: z.string().max(100).nullish().describe('its name within the app; made of the command without it'),
  size: z.string().max(100).nullish().describe('size of its dyno'),
  allow_overlap: z.boolean('must be true or false').nullish().describe('whether a run may begin while another goes on'),
});

/** What an app runs by the clock. */
export function mountSchedules(router: ApiRouter, deps: ApiDeps): void {
  const of = Schedule;
  async function named(http: ApiContext): Promise<Noun> {
    const found = await findSchedule(deps.store, http.state.app.id, param(http, 'schedule'));
    if (!found) throw new PlatformError('not_found', "Couldn't find that schedule.");
    return found;
  }
  async function present({ state: { app } }: ApiContext, schedules: Noun[]) {
    const last = await lastRuns(deps.store, app.id);
    return schedules.map((schedule) => presentSchedule(schedule, app, last.get(schedule.id)));
  }

  const listing = { of, title: 'List', about: 'Lists what an app runs by the clock.', needs: 'view', gives: Schedule } as const;
  router.list('/apps/:app/schedules', { ...listing, by: ['name', 'id'] }, async (http, range) =>
    takeRange(await present(http, await listSchedules(deps.store, http.state.app.id)), range),
  );

  // It runs for as long as the app is there: more than a token may that only runs commands, and ends.
  const adding = { of, title: 'Create', about: 'Lets a command run by the clock.', needs: 'configure', takes: NewSchedule } as const;
  router.post('/apps/:app/schedules', { ...adding, gives: Schedule }, async (http, { allow_overlap: overlap, ...given }) => {
    const { app, user } = http.state;
    const { cron, command, name, size } = given;
    const wish = { cron: cron.trim(), command, name: name || null, size: size || null, timezone: given.timezone || 'UTC' };
    const added = await addSchedule(deps, app, user, { wish: { ...wish, allowOverlap: overlap ?? false }, now: new Date() });
    return presentSchedule(added, app, undefined);
  });

  const showing = { of, title: 'Info', about: 'Shows what an app runs by the clock.', needs: 'view', gives: Schedule } as const;
  router.get('/apps/:app/schedules/:schedule', showing, async (http) => (await present(http, [await named(http)]))[0]!);

  const removing = { of, title: 'Delete', about: 'Removes a schedule; a run that goes on is not stopped.', gives: Schedule } as const;
  router.delete('/apps/:app/schedules/:schedule', { ...removing, needs: 'operate' }, async (http) => {
    const schedule = await named(http);
    const [gone] = await present(http, [schedule]);
    await removeSchedule(deps, http.state.app, http.state.user, schedule);
    return gone!;
  });

  const runs = { of: ScheduleRun, title: 'List', about: 'Lists what became of the runs of a schedule.', gives: ScheduleRun } as const;
  router.list('/apps/:app/schedules/:schedule/runs', { ...runs, needs: 'view', by: ['created_at', 'id'] }, async (http, range) => {
    const schedule = await named(http);
    const known = await listRuns(deps.store, schedule.id, MOST_RUNS);
    return takeRange(
      known.toReversed().map((run) => presentScheduleRun(run, schedule)),
      range,
    );
  });

  const running = { of: ScheduleRun, title: 'Create', about: 'Runs a schedule now, once.', needs: 'run', gives: ScheduleRun } as const;
  router.post('/apps/:app/schedules/:schedule/runs', running, async (http) => {
    const schedule = await named(http);
    return presentScheduleRun(await runSchedule(deps, http.state.app, http.state.user, schedule), schedule);
  });
}
