// A thousand dynos, hours of crashes and of waiting: on the driver in memory, by a clock that the test turns.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import { readOutput } from '../../../src/bus/output.js';
import type { App } from '../../../src/model/app.js';
import type { DynoState } from '../../../src/model/dyno.js';
import { listDynos } from '../../../src/store/app/dynos.js';
import { findReleaseById } from '../../../src/store/app/releases.js';
import { readReleaseOutput } from '../../../src/store/app/release-outputs.js';
import { readWants } from '../../../src/store/app/wanted.js';
import { openMemoryDriver, type MemoryDriver, type Program } from '../../support/memory-driver.js';
import { stillClock } from '../../support/still-clock.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const PROGRAMS: Record<string, Program> = {
  serve: { listens: 'port' },
  fail: { exits: { status: 3 } },
  'work steadily': { exits: { status: 1, afterMs: 900_000 } },
  stubborn: { isStubborn: true },
  damaged: { isDamaged: true },
  migrate: { says: 'begun\n' },
};
const MINUTE_MS = 60_000;
const clock = stillClock();
let driver: MemoryDriver;
let home: Home;

beforeAll(async () => {
  driver = openMemoryDriver({ clock, programs: PROGRAMS });
  home = await openHome({ bootTimeoutMs: MINUTE_MS, memory: { driver, clock } });
});
afterAll(() => home.close());

const platformLog = async (app: App) => (await home.log(app)).filter((line) => line.startsWith('heroku['));

async function running(processTypes: Record<string, string>, quantities: Record<string, number> = {}): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, {}, processTypes);
  const formation = Object.entries(quantities).map(([type, quantity]) => ({ type, quantity }));
  if (formation.length > 0) {
    await until(() =>
      home.ctx.store.db.selectFrom('releases').select('status').where('appId', '=', app.id).orderBy('version', 'desc').executeTakeFirst(),
    ).toEqual({ status: 'succeeded' });
    await scale(home.ctx, app, home.user, formation);
  }
  return app;
}

/** How many rows of dynos there are, in this state or any. */
async function count(state?: DynoState): Promise<number> {
  const rows = home.ctx.store.db.selectFrom('dynos').select(({ fn }) => fn.countAll<number>().as('count'));
  const { count } = await (state ? rows.where('state', '=', state) : rows).executeTakeFirstOrThrow();
  return Number(count);
}

/** Turns the clock bit by bit, as it goes by, until something is so. */
async function whenever(read: () => Promise<boolean>, stepMs: number): Promise<void> {
  await until(async () => {
    const isSo = await read();
    if (!isSo) clock.turn(stepMs);
    return isSo;
  }, 50_000).toBe(true);
}

test('a thousand dynos come up, are adopted by the next manager as they are, and go', { timeout: 180_000 }, async () => {
  const apps = await Promise.all(Array.from({ length: 20 }, () => home.newApp()));
  for (const app of apps) await home.deploy(app, {}, { web: 'serve' });
  for (const app of apps) await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const begun = Date.now();
  for (const app of apps) await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 50 }]);
  await expect.poll(() => count('up'), { timeout: 120_000, interval: 200 }).toBe(1_000);
  console.log(`1000 dynos up in ${Date.now() - begun} ms`);
  const before = (await listDynos(home.ctx.store)).map(({ id, containerId }) => `${id} ${containerId}`).sort();
  await home.stopManager();
  home.startManager();
  await until(async () => home.trouble()).toBeUndefined();
  clock.turn(10_000);
  expect((await listDynos(home.ctx.store)).map(({ id, containerId }) => `${id} ${containerId}`).sort()).toEqual(before);
  for (const app of apps) await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
  await whenever(async () => (await count()) === 0, 200);
  expect(await driver.list()).toEqual([]);
});

test('of a thousand apps without dynos a sweep reads nothing, and a change looks at its own app only', async () => {
  const { db } = home.ctx.store;
  await sql`
    with made as (
      insert into apps (name, owner_id, stack, build_stack)
      select 'idle-' || n, ${home.user.id}::uuid, 'slipway-12', 'slipway-12' from generate_series(1, 1000) n returning id
    ), slug as (
      insert into slugs (app_id, digest, diff_id, size, stack, process_types)
      select id, id, id, 1, 'slipway-12', '{"web": "serve"}' from made returning id, app_id
    ), released as (
      insert into releases (app_id, version, status, description, slug_id, user_id)
      select app_id, 1, 'succeeded', 'x', id, ${home.user.id}::uuid from slug
    )
    insert into formations (app_id, type, quantity, size) select id, 'web', 0, 'Basic' from made`.execute(db);
  const app = await running({ web: 'serve' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const looks: (string | undefined)[] = [];
  const { list } = driver;
  driver.list = (appId) => {
    looks.push(appId);
    return list(appId);
  };
  try {
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3']);
    await whenever(async () => looks.filter((each) => each === undefined).length >= 2, 1_000);
    expect(new Set(looks)).toEqual(new Set([app.id, undefined]));
    expect((await readWants(home.ctx.store)).map((each) => each.app.id)).toEqual([app.id]);
  } finally {
    driver.list = list;
    await db.deleteFrom('apps').where('name', 'like', 'idle-%').execute();
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
  }
});

test('a dyno that ends again and again starts at once, then after 10 s, doubling to 5 min', async () => {
  const app = await running({ worker: 'fail' }, { worker: 1 });
  const pauses: number[] = [];
  for (let crashes = 2; crashes <= 9; crashes += 1) {
    const row = async () => (await home.rows(app))[0];
    // What ends at once does so when the clock is turned by nothing.
    await until(async () => {
      clock.turn(0);
      return `${(await row())?.state} ${(await row())?.crashes}`;
    }).toBe(`crashed ${crashes}`);
    const pauseMs = (await row())!.restartAt!.getTime() - clock.now();
    pauses.push(pauseMs / 1_000);
    clock.turn(pauseMs - 1);
    expect((await row())?.state).toBe('crashed');
    clock.turn(1);
  }
  expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  await until(() => platformLog(app)).toContain('heroku[worker.1]: Crashed 3 times in a row, starts again in 20 seconds');
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
  await until(() => home.states(app)).toEqual([]);
});

test('one that ran for a quarter of an hour starts at once each time', async () => {
  const app = await running({ worker: 'work steadily' }, { worker: 1 });
  await until(() => home.states(app)).toEqual(['worker.1 up v3']);
  for (const _ of [1, 2, 3]) {
    const [before] = await home.rows(app);
    clock.turn(15 * MINUTE_MS);
    await until(async () => (await home.rows(app)).map(({ id, state, crashes }) => `${id === before?.id} ${state} ${crashes}`)).toEqual([
      'false up 1',
    ]);
  }
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
  await whenever(async () => (await home.rows(app)).length === 0, 1_000);
});

test('a web dyno has its whole minute to listen, and a stubborn one its 30 seconds to end', async () => {
  const app = await running({ web: 'stubborn' });
  await until(async () => (await home.rows(app))[0]?.containerId ?? null).not.toBeNull();
  await until(() => platformLog(app)).toContain('heroku[web.1]: Starting process with command `stubborn`');
  clock.turn(MINUTE_MS - 1_000);
  expect((await platformLog(app)).filter((line) => line.includes('R10'))).toEqual([]);
  await whenever(async () => (await platformLog(app)).some((line) => line.includes('Error R10 (Boot timeout)')), 1_000);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
  await whenever(async () => (await home.rows(app)).length === 0, 1_000);

  const worker = await running({ worker: 'stubborn' }, { worker: 1 });
  await until(() => home.states(worker)).toEqual(['worker.1 up v3']);
  await scale(home.ctx, worker, home.user, [{ type: 'worker', quantity: 0 }]);
  await until(() => platformLog(worker)).toContain('heroku[worker.1]: Stopping all processes with SIGTERM');
  const asked = clock.now();
  await whenever(async () => (await home.rows(worker)).length === 0, 1_000);
  expect(clock.now() - asked).toBeGreaterThanOrEqual(30_000);
  expect((await platformLog(worker)).slice(-4)).toEqual([
    'heroku[worker.1]: Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM',
    'heroku[worker.1]: Still running: node (14)',
    'heroku[worker.1]: Stopping remaining processes with SIGKILL',
    'heroku[worker.1]: Process exited with status 137',
  ]);
});

describe('a release command', () => {
  test('may take an hour and no longer', async () => {
    const app = await home.newApp();
    const release = await home.deploy(app, {}, { web: 'serve', release: 'migrate' });
    const status = async () => (await findReleaseById(home.ctx.store, release.id))?.status;
    await until(async () => (await home.rows(app)).map(({ name, state }) => `${name.split('.')[0]} ${state}`)).toEqual(['release up']);
    await until(async () => (await readOutput(home.ctx.bus, release.id)).chunks.map(({ text }) => text).join('')).toBe('begun\n');
    clock.turn(59 * MINUTE_MS);
    expect(await status()).toBe('pending');
    await whenever(async () => (await status()) === 'failed', MINUTE_MS);
    await until(() => readReleaseOutput(home.ctx.store, release.id)).toBe(
      'begun\n\n !     The release command ran for more than 1 hour and is stopped.\n',
    );
  });
});

test("what can't be reached is nobody's crash, and is said", async () => {
  const app = await running({ web: 'serve' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const [before] = await home.rows(app);
  driver.cut();
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
  await whenever(async () => home.trouble() === 'memory: not reachable', 5_000);
  expect((await home.rows(app)).map(({ id, state }) => `${id} ${state}`)).toEqual([`${before?.id} up`]);
  driver.join();
  await whenever(async () => (await home.states(app)).join() === 'web.1 up v3,web.2 up v3', 1_000);
  expect((await home.rows(app))[0]?.id).toBe(before?.id);
  expect((await platformLog(app)).filter((line) => /crashed|Error/.test(line))).toEqual([]);
});

test('a slug that is damaged is told as R17, and a container that no row knows goes', async () => {
  const app = await running({ web: 'damaged' });
  await until(() => platformLog(app)).toContainEqual(expect.stringContaining('Error R17 (Checksum error)'));
  driver.addStray(app.id);
  await whenever(async () => (await driver.list(app.id)).length === 0, 5_000);
});
