// Many dynos replaced, by their day's end, a restart or a deploy: on the driver in memory, by a clock that the test turns.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { openMemoryDriver } from '../../support/memory-driver.js';
import { stillClock, type StillClock } from '../../support/still-clock.js';
import { until, untilSo } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BOOTS_MS = 1_000;
const DYNOS = 20;
const SURGE = 5;

let clock: StillClock;
let home: Home;
let app: App;

beforeEach(async () => {
  clock = stillClock();
  const driver = openMemoryDriver({ clock, programs: { serve: { listens: 'port', listensAfterMs: BOOTS_MS } } });
  home = await openHome({ bootTimeoutMs: 60_000, cycleAfterMs: DAY_MS, memory: { driver, clock } });
  app = await home.newApp();
  await home.deploy(app, {}, { web: 'serve' });
  await turnUntil(async () => (await upIds()).length === 1);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: DYNOS }]);
  await turnUntil(async () => (await upIds()).length === DYNOS);
});
afterEach(() => home.close());

const upIds = async () => (await home.rows(app)).filter((row) => row.state === 'up').map(({ id }) => id);
const starting = async () => (await home.rows(app)).filter((row) => row.state === 'starting').length;
const linesOf = async (text: string) => (await home.log(app)).filter((line) => line.endsWith(`: ${text}`)).length;

/** Turns the clock bit by bit until something is so; what is seen meanwhile never has too few that serve, or too many that start. */
async function turnUntil(read: () => Promise<boolean>, o: { stepMs?: number; least?: number; most?: number } = {}): Promise<void> {
  await untilSo(
    'what the clock is turned for',
    async () => {
      if (await read()) return true;
      const rows = await home.rows(app);
      const count = (state: string) => rows.filter((row) => row.state === state).length;
      if (o.least) expect(count('up')).toBeGreaterThanOrEqual(o.least);
      if (o.most) expect(count('starting')).toBeLessThanOrEqual(o.most);
      clock.turn(o.stepMs ?? BOOTS_MS / 2);
      return false;
    },
    100_000,
  );
}

const ROLLING = { least: DYNOS, most: SURGE };

/** Whether none of these serves any more, and all others do. */
const areReplaced = (before: string[]) => async () => {
  const now = await upIds();
  return now.length === DYNOS && !now.some((id) => before.includes(id)) && (await home.rows(app)).length === DYNOS;
};

test('a restart of all is a roll, and so is a deploy', { timeout: 120_000 }, async () => {
  let before = await upIds();
  await restartDynos(home.ctx, app, home.user);
  await until(starting).toBe(SURGE);
  await turnUntil(areReplaced(before), ROLLING);
  expect(await linesOf('Restarting')).toBe(DYNOS);

  before = await upIds();
  await home.deploy(app, {}, { web: 'serve' });
  await until(starting).toBe(SURGE);
  await turnUntil(areReplaced(before), ROLLING);
  expect(await linesOf('Cycling')).toBe(0);
});

test('each dyno is cycled once a day, at a time of its own, and says so', { timeout: 120_000 }, async () => {
  const before = await upIds();
  clock.turn(DAY_MS - HOUR_MS);
  await turnUntil(async () => (await starting()) === 0);
  expect(await upIds()).toEqual(before);
  // The first hours of the spread: some are over, and others aren't yet.
  clock.turn(HOUR_MS + 108 * 60_000);
  await turnUntil(async () => (await linesOf('Cycling')) > 0, ROLLING);
  await turnUntil(async () => (await starting()) === 0, ROLLING);
  const halfWay = await linesOf('Cycling');
  expect(halfWay).toBeLessThan(DYNOS);
  await turnUntil(areReplaced(before), { ...ROLLING, stepMs: 60_000 });
  expect(await linesOf('Cycling')).toBe(DYNOS);
  expect((await home.log(app)).filter((line) => /crashed|Error|Restarting/.test(line))).toEqual([]);
});

test('a manager that was away for days begins none of them at once', { timeout: 120_000 }, async () => {
  const before = await upIds();
  await home.stopManager();
  clock.turn(3 * DAY_MS);
  home.startManager();
  await until(async () => home.trouble()).toBeUndefined();
  clock.turn(10_000);
  await turnUntil(async () => (await starting()) === 0, ROLLING);
  expect((await upIds()).filter((id) => before.includes(id)).length).toBeGreaterThan(DYNOS / 2);
  await turnUntil(areReplaced(before), { ...ROLLING, stepMs: 60_000 });
});
