// Dynos outlive their manager, and the next one finds them, and finishes what was half done.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

const containersOf = async (app: App) => (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id);

async function serving(types: Record<string, string> = { web: SERVE }, quantity = 1): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'hello' }, types);
  if (quantity > 1) await scale(home.ctx, app, home.user, [{ type: 'web', quantity }]);
  await until(() => home.states(app)).toEqual(Array.from({ length: quantity }, (_, index) => `web.${index + 1} up v3`));
  return app;
}

describe('while the manager is away', () => {
  test('dynos serve, and the next manager leaves them alone', async () => {
    const app = await serving({ web: SERVE }, 2);
    const before = await home.rows(app);
    await home.stopManager();
    for (const url of await home.urls(app)) expect((await fetch(url)).status).toBe(200);
    home.startManager();
    await until(async () => home.trouble()).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await home.rows(app)).map((row) => row.containerId)).toEqual(before.map((row) => row.containerId));
    expect((await containersOf(app)).length).toBe(2);
  });
});

describe('a manager that was killed', () => {
  test('in mid-boot: the boot is seen through', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'hello' }, { web: `until [ -e /tmp/go ]; do sleep 0.1; done; ${SERVE}` });
    await until(async () => (await home.rows(app))[0]?.containerId ?? null).not.toBeNull();
    await home.stopManager();
    expect(await home.states(app)).toEqual(['web.1 starting v3']);
    const [before] = await containersOf(app);
    home.startManager();
    const go = await home.engine.getContainer(before!.Id).exec({ Cmd: ['touch', '/tmp/go'] });
    await go.start({ Detach: true });
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect((await containersOf(app)).map((each) => each.Id)).toEqual([before?.Id]);
    expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
  });

  test('between the store and the engine: rows and containers without their half', async () => {
    const app = await serving({ web: SERVE, worker: 'sleep 1000' });
    const [row] = await home.rows(app);
    await home.stopManager();
    const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...life } = row!;
    await insertDyno(home.ctx.store, { ...life, name: 'web.2', number: 2, state: 'starting', containerId: null, host: null });
    await insertDyno(home.ctx.store, { ...life, name: 'web.3', number: 3, state: 'down' });
    const stray = await home.engine.createContainer({
      Image: (await containersOf(app))[0]!.Image,
      Cmd: ['sleep', '1000'],
      HostConfig: { Init: true },
      Labels: { 'slipway.home': home.homeId, 'slipway.app': app.id, 'slipway.dyno': 'web.9', 'slipway.dyno-id': 'unknown' },
    });
    await stray.start();
    home.startManager();
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    await until(async () => (await containersOf(app)).length).toBe(1);
  });
});
