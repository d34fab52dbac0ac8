// What runs by the clock, against a real PostgreSQL and Redis: once, or not at all and said. The time is given.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import type { Context } from '../../../src/actions/context.js';
import { addSchedule, type NewSchedule } from '../../../src/actions/schedule/add-schedule.js';
import { removeSchedule } from '../../../src/actions/schedule/remove-schedule.js';
import { reckonAnew, runDue } from '../../../src/actions/schedule/run-due.js';
import { runSchedule } from '../../../src/actions/schedule/run-schedule.js';
import { takeOverCron } from '../../../src/actions/schedule/take-over-cron.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import { keepSchedules } from '../../../src/chores/schedule/keep-schedules.js';
import type { App } from '../../../src/model/app.js';
import type { Schedule, ScheduleWish } from '../../../src/model/schedule/schedule.js';
import type { User } from '../../../src/model/user.js';
import { findApp, updateApp } from '../../../src/store/app/apps.js';
import { deleteDyno, listDynos } from '../../../src/store/app/dynos.js';
import { appendRelease } from '../../../src/store/app/releases.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import type { OpenStore } from '../../../src/store/open-store.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { endRun, listRuns, trimRuns } from '../../../src/store/schedule/runs.js';
import { findSchedule, listSchedules, setDue } from '../../../src/store/schedule/schedules.js';
import { until } from '../../support/until.js';
import { openContext, type OpenContext } from './open-context.js';

let opened: OpenContext;
let store: OpenStore;
let ctx: Context;
let user: User;

beforeAll(async () => {
  opened = await openContext();
  ({ ctx, store } = opened);
  user = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
});
afterAll(() => opened.stop());

const at = (text: string) => new Date(`2026-11-28T${text}Z`);
const wish = (o: Partial<NewSchedule> = {}): NewSchedule => ({
  name: null,
  cron: '*/10 * * * *',
  timezone: 'UTC',
  command: 'rake tidy',
  size: null,
  allowOverlap: false,
  ...o,
});
const add = (app: App, o: Partial<NewSchedule> = {}, now = '12:05') => addSchedule(ctx, app, user, { wish: wish(o), now: at(now) });

async function anApp(name: string, isReleased = true): Promise<App> {
  const app = await createApp(ctx, { user, name });
  if (!isReleased) return app;
  const slug = await insertSlug(store, {
    appId: app.id,
    digest: randomBytes(32).toString('hex'),
    diffId: randomBytes(32).toString('hex'),
    size: 1,
    stack: app.stack,
    commit: null,
    commitDescription: null,
    buildpackProvidedDescription: null,
    processTypes: {},
  });
  const release = { appId: app.id, userId: user.id, slugId: slug.id, description: 'Deploy', hasOutput: false, configVars: {} };
  await appendRelease(store, { ...release, status: 'succeeded' });
  return app;
}

const dynosOf = async (app: App) =>
  (await listDynos(store, { appId: app.id })).map(({ type, command, oneOff }) => ({ type, command, oneOff }));
const DYNO = { type: 'scheduler', command: 'rake tidy', oneOff: true };

/** `12:10 running`, newest first. */
async function history({ id }: Schedule): Promise<string[]> {
  const runs = await listRuns(store, id, 100);
  const shown = runs.map(
    ({ dueAt, state, reason }) => `${dueAt?.toISOString().slice(11, 16) ?? 'asked'} ${state}${reason ? `: ${reason}` : ''}`,
  );
  return shown.toSorted().toReversed();
}

async function due({ appId, id }: Schedule): Promise<string> {
  return (await findSchedule(store, appId, id))!.dueAt.toISOString().slice(11, 16);
}

async function logOf(app: App): Promise<string[]> {
  await ctx.lines.flush();
  const text = (await readBatches(opened.bus, app.id)).map((batch) => batch.text).join('');
  return text.split('\n').flatMap((line) => line.match(/heroku\[scheduler\]: (.*)/)?.[1] ?? []);
}

describe('a schedule whose time has come', () => {
  it('runs once, whoever looks at once, and is due next', async () => {
    const app = await anApp('once');
    const schedule = await add(app);
    expect([schedule.name, await due(schedule)]).toEqual(['rake-tidy', '12:10']);
    await runDue(ctx, schedule, at('12:09:59'));
    expect(await dynosOf(app)).toEqual([]);
    await Promise.all(Array.from({ length: 5 }, () => runDue(ctx, schedule, at('12:10:00.010'))));
    expect(await dynosOf(app)).toEqual([DYNO]);
    expect([await history(schedule), await due(schedule)]).toEqual([['12:10 running'], '12:20']);
    expect(await logOf(app)).toEqual([expect.stringMatching(/^Schedule rake-tidy: starting `rake tidy` as scheduler\.\d{4}$/)]);
  });

  it('runs once also when whoever ran it is killed before the end of it', async () => {
    const app = await anApp('killed');
    const schedule = await add(app);
    // Holds up the last statement: dyno and run are written by then.
    const blocked = store.db.transaction().execute(async (blocker) => {
      await sql`select id from schedules where id = ${schedule.id} for no key update`.execute(blocker);
      const killed = runDue(ctx, schedule, at('12:10:00')).then(
        () => 'done',
        () => 'killed',
      );
      const waiting = sql<{
        pid: number;
      }>`select pid from pg_stat_activity where wait_event_type = 'Lock' and query like 'update "schedules"%'`;
      await until(async () => (await waiting.execute(store.db)).rows.length).toBe(1);
      const [{ pid }] = (await waiting.execute(store.db)).rows as [{ pid: number }];
      await sql`select pg_terminate_backend(${pid})`.execute(store.db);
      expect(await killed).toBe('killed');
    });
    await blocked;
    expect([await dynosOf(app), await history(schedule), await due(schedule)]).toEqual([[], [], '12:10']);
    await runDue(ctx, schedule, at('12:10:04'));
    await runDue(ctx, schedule, at('12:10:08'));
    expect([await dynosOf(app), await history(schedule), await due(schedule)]).toEqual([[DYNO], ['12:10 running'], '12:20']);
  });

  it('is skipped while an earlier run goes on, which the log says; and runs when that has ended', async () => {
    const app = await anApp('overlap');
    const schedule = await add(app);
    await runDue(ctx, schedule, at('12:10'));
    await runDue(ctx, schedule, at('12:20'));
    const [dyno] = await listDynos(store, { appId: app.id });
    const why = `The run of 2026-11-28T12:10Z goes on, as ${dyno!.name}.`;
    expect(await history(schedule)).toEqual([`12:20 skipped: ${why}`, '12:10 running']);
    expect((await logOf(app)).at(-1)).toBe(`Schedule rake-tidy: skipped the run of 2026-11-28T12:20Z. ${why}`);
    await expect(runSchedule(ctx, app, user, schedule)).rejects.toThrow(`rake-tidy runs already, as ${dyno!.name}`);
    await endRun(store, dyno!.id, { status: 3 });
    await deleteDyno(store, dyno!.id);
    await runDue(ctx, schedule, at('12:30'));
    expect(await history(schedule)).toEqual(['12:30 running', `12:20 skipped: ${why}`, '12:10 failed']);
  });

  it('runs beside an earlier run where that is allowed', async () => {
    const app = await anApp('beside');
    const schedule = await add(app, { allowOverlap: true });
    for (const time of ['12:10', '12:20']) await runDue(ctx, schedule, at(time));
    await runSchedule(ctx, app, user, schedule);
    expect([await dynosOf(app), await history(schedule)]).toEqual([
      [DYNO, DYNO, DYNO],
      ['asked running', '12:20 running', '12:10 running'],
    ]);
  });

  it('is skipped when it cannot run: in maintenance, without a release, of a size that has gone', async () => {
    const app = await anApp('asleep');
    const schedule = await add(app);
    await updateApp(store, app.id, { maintenance: true });
    await runDue(ctx, schedule, at('12:10'));
    const empty = await anApp('empty', false);
    const early = await add(empty);
    await runDue(ctx, early, at('12:10'));
    const sized = await anApp('sized');
    const gone = await add(sized, { size: 'Basic' });
    await store.db.updateTable('schedules').set({ size: 'Gone' }).where('id', '=', gone.id).execute();
    await runDue(ctx, gone, at('12:10'));
    expect([await history(schedule), await history(early), await history(gone)]).toEqual([
      ['12:10 skipped: The app is in maintenance mode.'],
      ['12:10 skipped: There is nothing to run yet: deploy the app first, with git push.'],
      [expect.stringMatching(/^12:10 skipped: No such dyno size: Gone\. There are: /)],
    ]);
    expect([await dynosOf(app), await dynosOf(empty), await dynosOf(sized), await due(early)]).toEqual([[], [], [], '12:20']);
    // By hand it runs in maintenance, too.
    await runSchedule(ctx, (await findApp(store, app.id))!, user, schedule);
    expect(await dynosOf(app)).toEqual([DYNO]);
    await expect(runSchedule(ctx, empty, user, early)).rejects.toThrow('There is nothing to run yet: deploy the app first, with git push.');
  });
});

describe('what was missed', () => {
  it('is said and not run, but for the newest within five minutes', async () => {
    const app = await anApp('missed');
    const schedule = await add(app);
    await runDue(ctx, schedule, at('12:46'));
    expect([await dynosOf(app), await due(schedule)]).toEqual([[], '12:50']);
    await runDue(ctx, schedule, at('13:12'));
    expect([await dynosOf(app), await due(schedule)]).toEqual([[DYNO], '13:20']);
    expect(await history(schedule)).toEqual([
      '13:10 running',
      '12:50 missed: The platform was down, and so it was for 1 more after it.',
      '12:10 missed: The platform was down, and so it was for 3 more after it.',
    ]);
    expect((await logOf(app))[0]).toBe(
      'Schedule rake-tidy: missed the run of 2026-11-28T12:10Z and 3 more after it while the platform was down. ' +
        'Only the newest is made good, within 5 minutes',
    );
  });
});

describe('a clock that was set back', () => {
  it('runs nothing again, and keeps nothing waiting', async () => {
    const app = await anApp('back');
    const schedule = await add(app, { allowOverlap: true });
    for (const time of ['12:10', '12:20', '12:30']) await runDue(ctx, schedule, at(time));
    await reckonAnew(ctx, (await findSchedule(store, app.id, schedule.id))!, at('12:05'));
    expect(await due(schedule)).toBe('12:10');
    for (const time of ['12:10', '12:20', '12:30', '12:40']) await runDue(ctx, schedule, at(time));
    expect(await history(schedule)).toEqual(['12:40 running', '12:30 running', '12:20 running', '12:10 running']);
    expect(await dynosOf(app)).toHaveLength(4);
    await setDue(store, schedule.id, new Date('2031-01-01'));
    await reckonAnew(ctx, (await findSchedule(store, app.id, schedule.id))!, at('12:41'));
    expect(await due(schedule)).toBe('12:50');
  });
});

describe('the schedules of an app', () => {
  it('are refused where something is wrong with them', async () => {
    const app = await anApp('strict');
    await add(app, { name: 'tidy' });
    await expect(add(app, { name: 'tidy' })).rejects.toThrow('Name tidy is already taken');
    await expect(add(app, { name: 'Tidy up' })).rejects.toThrow('Name "Tidy up" can only contain');
    await expect(add(app, { size: 'Huge' })).rejects.toThrow('No such dyno size: Huge.');
    await expect(add(app, { cron: '* * * *' })).rejects.toThrow('cron "* * * *": it has 4 fields of five');
    await expect(add(app, { timezone: 'Vienna' })).rejects.toThrow('timezone "Vienna" is not known');
    for (let i = 1; i < 50; i += 1) await add(app);
    await expect(add(app)).rejects.toThrow('An app has 50 schedules at most');
    expect((await listSchedules(store, app.id)).map(({ name }) => name)).toContain('rake-tidy-49');
    await removeSchedule(ctx, app, user, (await findSchedule(store, app.id, 'tidy'))!);
    expect((await add(app, { name: 'tidy' })).name).toBe('tidy');
  });

  it('of an app.json are replaced by the next release, keep what stays, and leave people theirs', async () => {
    const app = await anApp('json');
    const entry = (name: string, o: Partial<ScheduleWish> = {}): ScheduleWish => ({ ...wish(o), name });
    const take = (cron: ScheduleWish[], now = '12:05') => takeOverCron(store, { appId: app.id, cron, now: at(now) });
    const shown = async () => (await listSchedules(store, app.id)).map(({ name, origin, command }) => `${name} ${origin} ${command}`);
    await add(app, { name: 'mine', command: 'by hand' });
    await take([entry('mine'), entry('stays'), entry('goes')]);
    expect(await shown()).toEqual([
      'goes app.json rake tidy',
      'mine people by hand',
      'mine-2 app.json rake tidy',
      'stays app.json rake tidy',
    ]);
    const stays = (await findSchedule(store, app.id, 'stays'))!;
    await runDue(ctx, stays, at('12:10'));
    await take([entry('stays', { command: 'rake all' }), entry('mine')], '12:25');
    expect(await shown()).toEqual(['mine people by hand', 'mine-2 app.json rake tidy', 'stays app.json rake all']);
    expect([await history(stays), await due(stays)]).toEqual([['12:10 running'], '12:20']);
    await take([entry('stays', { cron: '0 * * * *' })], '12:25');
    expect(await due(stays)).toBe('13:00');
    await expect(removeSchedule(ctx, app, user, stays)).rejects.toThrow('stays comes from app.json: take it out there, and push.');
    await take([]);
    expect(await shown()).toEqual(['mine people by hand']);
  });

  it('go with it, and so does their history', async () => {
    const app = await anApp('gone');
    const schedule = await add(app);
    await runDue(ctx, schedule, at('12:10'));
    await destroyApp(ctx, app);
    expect([await listSchedules(store, app.id), await listRuns(store, schedule.id, 10)]).toEqual([[], []]);
    await runDue(ctx, schedule, at('12:20'));
  });

  it('keep so much of their history, and end runs whose dyno was lost', async () => {
    const app = await anApp('trimmed');
    const schedule = await add(app, { allowOverlap: true });
    for (const time of ['12:10', '12:20', '12:30']) await runDue(ctx, schedule, at(time));
    // What goes on is kept, however old: no other may begin beside it.
    const [third, second] = await listRuns(store, schedule.id, 2);
    for (const { dynoId } of [third!, second!]) await deleteDyno(store, dynoId!);
    const lost = 'failed: Its dyno was lost.';
    await trimRuns(store, { before: new Date(0), keep: 1, most: 3 });
    expect(await history(schedule)).toEqual([`12:30 ${lost}`, `12:20 ${lost}`, '12:10 running']);
    const later = new Date(Date.now() + 60_000);
    await trimRuns(store, { before: later, keep: 1, most: 3 });
    expect(await history(schedule)).toEqual([`12:30 ${lost}`, '12:10 running']);
    await trimRuns(store, { before: new Date(0), keep: 0, most: 0 });
    expect(await history(schedule)).toEqual(['12:10 running']);
  });
});

describe('whoever keeps the clock', () => {
  it('runs what is due when its time has come, though another schedule is broken', async () => {
    await store.db.deleteFrom('schedules').execute();
    const app = await anApp('kept');
    const broken = await add(app, { name: 'broken' });
    await store.db.updateTable('schedules').set({ timezone: 'Mars' }).where('id', '=', broken.id).execute();
    const schedule = await add(app);
    let now = at('12:09:59.950').getTime();
    const stop = keepSchedules(ctx, () => now);
    expect(await dynosOf(app)).toEqual([]);
    now = at('12:10').getTime();
    await until(() => dynosOf(app)).toEqual([DYNO]);
    await stop();
    expect(await history(schedule)).toEqual(['12:10 running']);
  });
});
