// Spare networks: dynos start in them, nothing of them is left over, and one that vanishes is noticed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import type { App } from '../../../src/model/app.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome({ spareNetworks: 2 });
});
afterAll(() => home.close());

const spares = async () => (await home.containers()).filter((each) => each.Labels['slipway.spare'] && each.State === 'running');
const unused = async () => {
  const used = new Set((await home.containers()).map((each) => each.HostConfig.NetworkMode.replace('container:', '')));
  return (await spares()).filter((each) => !used.has(each.Id));
};
const holderOf = async (app: App) => {
  const dyno = (await home.containers()).find((each) => each.Labels['slipway.app'] === app.id);
  return dyno?.HostConfig.NetworkMode.replace('container:', '') ?? '';
};

/** An app whose dyno took a spare network. */
async function serving(): Promise<App> {
  await until(async () => (await unused()).length).toBe(2);
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  return app;
}

test('a dyno takes one, another is made, and both go with the dyno', async () => {
  await until(async () => (await unused()).length).toBe(2);
  const ready = (await unused()).map((each) => each.Id);
  const app = await serving();
  expect(ready).toContain(await holderOf(app));
  expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
  await until(async () => (await spares()).length).toBe(3);
  await destroyApp(home.ctx, app);
  await until(async () => (await home.containers()).map((each) => each.Labels['slipway.spare'])).toEqual(['dynos', 'dynos']);
});

test('a manager takes over what another left, and removes what is too much', async () => {
  const app = await serving();
  await home.stopManager();
  const holder = await holderOf(app);
  await until(async () => (await spares()).map((each) => each.Id)).toEqual([holder]);
  home.startManager();
  await until(async () => (await spares()).length).toBe(3);
  expect(await home.states(app)).toEqual(['web.1 up v3']);
  expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
});

test('a dyno whose network is taken away is started anew', async () => {
  const app = await serving();
  const [before] = await home.rows(app);
  await home.engine.getContainer(await holderOf(app)).kill();
  await until(async () => (await home.rows(app)).map((row) => `${row.state} ${row.id === before?.id}`)).toEqual(['up false']);
  expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
  await until(() => home.log(app)).toContain('heroku[web.1]: State changed from up to crashed');
});

test('a spare that died before it was taken costs nothing but time', async () => {
  const app = await home.newApp();
  await until(async () => (await unused()).length).toBe(2);
  await Promise.all((await unused()).map((each) => home.engine.getContainer(each.Id).kill()));
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
});

test('the bridge itself may be removed: it is made again', async () => {
  const app = await home.newApp();
  await until(async () => (await unused()).length).toBe(2);
  const [bridge] = await home.engine.listNetworks({ filters: { label: [`slipway.home=${home.homeId}`] } });
  const network = home.engine.getNetwork(bridge!.Id);
  // The manager may put another container on it meanwhile.
  await until(async () => {
    const { Containers: inside } = (await network.inspect()) as { Containers: Record<string, object> };
    await Promise.all(Object.keys(inside).map((Container) => network.disconnect({ Container, Force: true }).catch(() => undefined)));
    return network.remove().then(
      () => 'removed',
      (error: Error) => error.message,
    );
  }).toBe('removed');
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
});
