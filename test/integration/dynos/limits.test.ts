// What sizes allow: on the driver in memory, by a clock that the test turns.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setFeature } from '../../../src/actions/app/set-feature.js';
import { readOutput } from '../../../src/bus/output.js';
import { findReleaseById } from '../../../src/store/app/releases.js';
import { scale } from '../../../src/actions/app/scale.js';
import type { Reading } from '../../../src/dynos/readings/reading.js';
import { SIZES, sizeTable } from '../../../src/model/dyno-size.js';
import type { App } from '../../../src/model/app.js';
import { openMemoryDriver, type MemoryDriver } from '../../support/memory-driver.js';
import { stillClock } from '../../support/still-clock.js';
import { until, untilSo } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const MB = 1024 * 1024;
const clock = stillClock();
const uses = new Map<string, Partial<Reading>>();
let home: Home;
let driver: MemoryDriver;

beforeAll(async () => {
  const programs = { serve: { listens: 'port' }, migrate: { says: 'migrated\n', exits: { status: 0 } } } as const;
  driver = openMemoryDriver({ clock, programs, uses: (dynoId) => uses.get(dynoId) ?? {} });
  home = await openHome({ bootTimeoutMs: 60_000, dynoMemoryMb: 2_048, memory: { driver, clock } });
});
afterAll(() => home.close());

const platformLog = async (app: App) => (await home.log(app)).filter((line) => line.startsWith('heroku['));
const count = async (app: App, text: string) => (await platformLog(app)).filter((line) => line.includes(text)).length;

/** Turns the clock bit by bit until something is so. */
async function whenever(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await untilSo(what, async () => {
    clock.turn(1_000);
    return isSo();
  });
}

async function stop(...apps: App[]): Promise<void> {
  for (const app of apps) await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
  for (const app of apps) await whenever('gone', async () => (await home.rows(app)).length === 0);
}

async function serving(): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, {}, { web: 'serve' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  return app;
}

test('a dyno that has more memory than its size allows is told so after 20 s, and as long as it has', async () => {
  const [app, neighbour] = [await serving(), await serving()];
  const [row] = await home.rows(app);
  uses.set(row!.id, { rssBytes: 480 * MB, sharedBytes: 20 * MB, cacheBytes: 400 * MB });
  await whenever('told', async () => (await count(app, 'R14')) === 2);
  await until(() => platformLog(app)).toContain('heroku[web.1]: Process running mem=500M(97.7%)');
  uses.set(row!.id, { rssBytes: 300 * MB, cacheBytes: 400 * MB });
  expect(await count(neighbour, 'R14')).toBe(0);
  await stop(app, neighbour);
});

test('a full machine queues what starts, and says so; restarts, deploys and crashes need no room', async () => {
  const app = await serving();
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 4 }]);
  await until(async () => (await home.states(app)).length).toBe(4);
  await until(async () => (await home.states(app)).every((state) => state.includes(' up '))).toBe(true);
  const late = await home.newApp();
  await home.deploy(late, {}, { web: 'serve' });
  const full = 'This machine is full: its dynos have 2048 of 2048 MB; starts when there are 512 MB free';
  await until(() => platformLog(late)).toContain(`heroku[web.1]: ${full}`);
  // All of the app that has the machine start anew meanwhile.
  await home.deploy(app, {}, { web: 'serve' });
  await whenever('deployed', async () => (await home.states(app)).every((state) => state.endsWith(' up v4')));
  expect(await home.states(app)).toHaveLength(4);
  expect(await home.states(late)).toEqual(['web.1 starting v3']);
  // A manager that is started anew finds both as they are.
  await home.stopManager();
  home.startManager();
  await whenever('told again', async () => (await count(late, 'This machine is full')) >= 2);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 3 }]);
  await whenever('room', async () => (await home.states(late))[0] === 'web.1 up v3');
  await stop(app, late);
});

test('one that has waited for room longer than a boot may take is not given up when Docker goes away meanwhile', async () => {
  const [app, late] = [await serving(), await home.newApp()];
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 4 }]);
  await until(async () => (await home.states(app)).filter((state) => state.includes(' up ')).length).toBe(4);
  await home.deploy(late, {}, { web: 'serve' });
  await whenever('queued', async () => (await count(late, 'This machine is full')) > 0);
  clock.turn(120_000);
  driver.cut();
  let turns = 0;
  await whenever('some looks have passed', async () => (turns += 1) > 20);
  expect(await home.states(late)).toEqual(['web.1 starting v3']);
  expect(await platformLog(late)).not.toContainEqual(expect.stringMatching(/R99|waits until it answers/));
  driver.join();
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 3 }]);
  await whenever('room', async () => (await home.states(late))[0] === 'web.1 up v3');
  await stop(app, late);
});

test('a release command that waits for room says so to whoever pushed, then runs; without room for ten minutes it ends, and fails', async () => {
  const app = await serving();
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 4 }]);
  await until(async () => (await home.states(app)).filter((state) => state.includes(' up ')).length).toBe(4);
  const late = await home.newApp();
  const said = async (id: string) => (await readOutput(home.ctx.bus, id)).chunks.map(({ text }) => text).join('');
  const waiting = ' !     waiting for room: 512 MB needed, dynos have 2048 of 2048 MB\n';
  const first = await home.deploy(late, {}, { release: 'migrate' });
  await until(() => said(first.id)).toBe(waiting);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 3 }]);
  await whenever('it has run', async () => (await findReleaseById(home.ctx.store, first.id))?.status === 'succeeded');
  await until(() => said(first.id)).toBe(`${waiting}migrated\n`);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 4 }]);
  await whenever('full', async () => (await home.states(app)).filter((state) => state.includes(' up ')).length === 4);
  const second = await home.deploy(late, {}, { release: 'migrate' });
  await until(() => said(second.id)).toBe(waiting);
  clock.turn(600_000);
  await whenever('it has failed', async () => (await findReleaseById(home.ctx.store, second.id))?.status === 'failed');
  await until(() => said(second.id)).toContain('There was no room within 600 seconds: 512 MB needed');
  await stop(app);
});

test('memory, swap and load are in the log of the app that asks for them, and of no other', async () => {
  const [app, other] = [await serving(), await serving()];
  const [row] = await home.rows(app);
  uses.set(row!.id, { rssBytes: 100 * MB, cacheBytes: 3 * MB, runnable: 2 });
  await setFeature(home.ctx, app, home.user, { name: 'log-runtime-metrics', isOn: true });
  await whenever('logged', async () => (await count(app, 'sample#memory_total=103.00MB sample#memory_rss=100.00MB')) === 2);
  expect(await count(app, `source=web.1 dyno=heroku.`)).toBe(4);
  expect((await platformLog(app)).join('\n')).toMatch(/sample#load_avg_1m=[01]\.\d\d sample#load_avg_5m=0\.\d\d/);
  expect(await count(other, 'sample#')).toBe(0);
  await stop(app, other);
});

test('a size that is gone from the table is told at the start of the manager, and its dynos run as the default’s', async () => {
  const app = await serving();
  await scale(home.ctx, app, home.user, [{ type: 'web', size: 'Standard-2X' }]);
  await whenever('sized', async () => (await home.rows(app)).map(({ size, state }) => `${size} ${state}`).join() === 'Standard-2X up');
  await home.stopManager();
  home.startManager(sizeTable([{ ...SIZES.default, name: 'Small', memoryMb: 256 }]));
  const text = 'There is no dyno size Standard-2X any more: web has Small. Choose another with paas ps:type web=SIZE';
  await until(() => home.log(app)).toContain(`app[api]: ${text}`);
  expect((await home.rows(app)).map(({ size, state }) => `${size} ${state}`)).toEqual(['Standard-2X up']);
  await home.stopManager();
  home.startManager();
  await stop(app);
});

test('what is larger than the machine is refused, with what to do', async () => {
  const app = await home.newApp();
  await home.deploy(app, {}, { web: 'serve', worker: 'serve' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1, size: 'Performance-M' }]);
  const refusal = 'A Performance-M dyno has 2560 MB and this machine has 2048 MB for all: choose a smaller size with paas ps:type';
  await until(() => platformLog(app)).toContain(`heroku[worker.1]: ${refusal}`);
  await until(async () => (await home.states(app)).find((state) => state.startsWith('worker'))).toMatch(/^worker\.1 crashed/);
});

test('what each dyno uses is kept as metrics of its app, by a manager that is started anew, too', async () => {
  const [app, neighbour] = [await serving(), await serving()];
  uses.set((await home.rows(app))[0]!.id, { rssBytes: 100 * MB, sharedBytes: 20 * MB, cacheBytes: 400 * MB, runnable: 2 });
  const kept = async (of: App) => {
    const rows = await home.ctx.store.db.selectFrom('metrics').selectAll().where('appId', '=', of.id).orderBy('at').execute();
    return rows.map(({ point, source }) => ({ source, ...point.dynos!['web.1']! }));
  };
  const loaded = async () => (await kept(app)).filter(({ load }) => load > 0);
  await whenever('measured', async () => (await loaded()).length >= 2);
  expect((await loaded()).at(-1)).toMatchObject({ type: 'web', memoryMb: 120, memoryMaxMb: 120 });
  await whenever('measured, too', async () => (await kept(neighbour)).some(({ memoryMb }) => memoryMb === 0));
  await home.stopManager();
  home.startManager();
  await whenever('measured by the next', async () => new Set((await loaded()).map(({ source }) => source)).size === 2);
  await stop(app, neighbour);
});
