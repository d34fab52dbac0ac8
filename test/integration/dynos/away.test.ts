// Docker, PostgreSQL and Redis go away and come back while dynos run, boot and are released.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome({ relayed: true });
});
afterAll(() => home.close());

const containersOf = async (app: App) => (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id);

async function serving(): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  return app;
}

describe('Docker going away', () => {
  test('dynos serve, the manager says so, and goes on when it is back', async () => {
    const app = await serving();
    const [before] = await home.rows(app);
    await home.relays.docker.cut();
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
    await until(async () => home.trouble()).toBe('docker: not reachable');
    expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
    expect((await home.rows(app)).map((row) => `${row.id} ${row.state}`)).toEqual([`${before?.id} up`]);
    await home.relays.docker.join();
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3']);
    await until(async () => home.trouble()).toBeUndefined();
    expect((await home.rows(app))[0]?.id).toBe(before?.id);
  });

  test('in mid-boot and in mid-release is nobody’s crash', async () => {
    const [booting, releasing] = [await home.newApp(), await home.newApp()];
    await home.deploy(booting, { 'index.html': 'hello' }, { web: `sleep 2; ${SERVE}` });
    await home.deploy(releasing, { 'index.html': 'hello' }, { web: SERVE, release: 'sleep 3; echo migrated' });
    await until(async () => (await containersOf(booting)).length + (await containersOf(releasing)).length).toBe(2);
    await home.relays.docker.cut();
    await sleep(4_000);
    await home.relays.docker.join();
    await until(() => home.states(booting)).toEqual(['web.1 up v3']);
    await until(() => home.states(releasing)).toEqual(['web.1 up v3']);
    await until(async () => (await home.log(releasing)).filter((line) => /^app\[release\.\d+\]: migrated$/.test(line)).length).toBe(1);
    for (const app of [booting, releasing]) expect((await home.log(app)).filter((line) => /crashed|Error|failed/.test(line))).toEqual([]);
  });
});

describe('PostgreSQL going away', () => {
  test('dynos serve; what was asked for, and what died meanwhile, is seen to afterwards', async () => {
    const app = await serving();
    const killed = await serving();
    await home.relays.postgres.cut();
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
    await home.engine.getContainer((await containersOf(killed))[0]!.Id).kill();
    await until(async () => home.trouble()).toBeTypeOf('string');
    expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
    await home.relays.postgres.join();
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3']);
    await until(async () => (await home.rows(killed)).map((row) => `${row.state} ${row.crashes}`)).toEqual(['up 1']);
    await until(async () => home.trouble()).toBeUndefined();
  });

  test('in mid-boot is nobody’s crash', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'hello' }, { web: `sleep 2; ${SERVE}` });
    await until(async () => (await containersOf(app)).length).toBe(1);
    await home.relays.postgres.cut();
    await sleep(4_000);
    await home.relays.postgres.join();
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect((await home.log(app)).filter((line) => /crashed|Error|failed/.test(line))).toEqual([]);
    await until(async () => (await containersOf(app)).length).toBe(1);
  });
});

describe('Redis going away', () => {
  test('dynos boot, crash and are replaced all the same; its log has what could be kept', async () => {
    const app = await serving();
    await home.relays.redis.cut();
    const [before] = await home.rows(app);
    await home.engine.getContainer((await containersOf(app))[0]!.Id).kill();
    await until(async () => (await home.rows(app)).map((row) => `${row.state} ${row.id === before?.id}`)).toEqual(['up false']);
    await home.deploy(app, { 'index.html': 'new' }, { web: SERVE });
    await until(() => home.states(app), 60_000).toEqual(['web.1 up v4']);
    expect(await (await fetch((await home.urls(app))[0]!)).text()).toBe('new');
    await home.relays.redis.join();
    await until(() => home.log(app)).toContain('heroku[web.1]: State changed from up to crashed');
  });
});
