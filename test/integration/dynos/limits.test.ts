// What sizes allow: on the driver in memory, by a clock that the test turns.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import type { Reading } from '../../../src/dynos/readings/reading.js';
import type { App } from '../../../src/model/app.js';
import { openMemoryDriver } from '../../support/memory-driver.js';
import { stillClock } from '../../support/still-clock.js';
import { until, untilSo } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const MB = 1024 * 1024;
const clock = stillClock();
const uses = new Map<string, Partial<Reading>>();
let home: Home;

beforeAll(async () => {
  const programs = { serve: { listens: 'port' } } as const;
  const driver = openMemoryDriver({ clock, programs, uses: (dynoId) => uses.get(dynoId) ?? {} });
  home = await openHome({ bootTimeoutMs: 60_000, memory: { driver, clock } });
});
afterAll(() => home.close());

const platformLog = async (app: App) => (await home.log(app)).filter((line) => line.startsWith('heroku['));
const count = async (app: App, text: string) => (await platformLog(app)).filter((line) => line.includes(text)).length;

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
  await untilSo('told', async () => {
    clock.turn(5_000);
    return (await count(app, 'R14')) === 2;
  });
  expect(await platformLog(app)).toContain('heroku[web.1]: Process running mem=500M(97.7%)');
  uses.set(row!.id, { rssBytes: 300 * MB, cacheBytes: 400 * MB });
  expect(await count(neighbour, 'R14')).toBe(0);
  for (const each of [app, neighbour]) await scale(home.ctx, each, home.user, [{ type: 'web', quantity: 0 }]);
});
