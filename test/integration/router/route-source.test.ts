// The router on a real PostgreSQL and Redis: what changes there changes its answers, and it outlives both.
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLineWriter, type LineWriter } from '../../../src/bus/line-writer.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import type { ReleaseStatus } from '../../../src/model/release.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { ownedBy } from '../../../src/model/addon/owned-vars.js';
import { deleteApp, insertApp, updateApp } from '../../../src/store/app/apps.js';
import { writeOwnedVars } from '../../../src/store/app/config-vars.js';
import { deleteDyno, updateDyno } from '../../../src/store/app/dynos.js';
import { setFormation } from '../../../src/store/app/formations.js';
import { openStore, type OpenStore } from '../../../src/store/open-store.js';
import { appendRelease } from '../../../src/store/app/releases.js';
import { readRoutes } from '../../../src/store/app/routes.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { aRelease, aReleasedApp, aRunningDyno, prepareStores, type Daemons } from './stores.js';
import { bodyOf, get, httpDyno, QUICK, raw, sleep, statusOf, type Upstream } from './support.js';

let daemons: Daemons;
let store: OpenStore;
let bus: Bus;
let lines: LineWriter;
let router: Router;
let dyno: Upstream;

beforeAll(async () => {
  daemons = await prepareStores();
  await Promise.all([daemons.postgres.start(), daemons.redis.start()]);
  store = await openStore({ url: daemons.postgres.url, key: randomBytes(32) });
  bus = openBus({ url: daemons.redis.url });
  lines = openLineWriter(bus);
  dyno = await httpDyno((_req, res) => void res.end('served'));
  router = await startRouter({
    store,
    bus,
    lines,
    domain: 'localhost',
    bind: '127.0.0.1',
    port: 0,
    tlsPort: 0,
    home: tmpdir(),
    limits: { ...QUICK, holdMs: 3_000 },
  });
});

afterAll(async () => {
  await router?.stop(100);
  await dyno?.close();
  await bus?.close();
  await store?.close();
  await daemons?.remove();
});

const answer = (name: string) => raw(router.port, get('/', [`Host: ${name}.localhost`]));
const status = async (name: string) => statusOf(await answer(name));

async function tell(appId: string): Promise<void> {
  await bus.publish('route-changed', { appId });
  await sleep(400);
}

/** Tells the router once, and asks until the answer is this code or status. */
async function becomes(appId: string, name: string, expected: string): Promise<void> {
  await bus.publish('route-changed', { appId });
  await eventually(async () => {
    const text = await answer(name);
    return (/<dd>(H\d+) /.exec(text)?.[1] ?? String(statusOf(text))) === expected;
  });
}

async function eventually(check: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not so within ${limitMs} ms: ${check}`);
    await sleep(20);
  }
}

describe('readRoutes', () => {
  it('tells apps with their web dynos, all or some', async () => {
    const of = await aReleasedApp(store, 'read-routes', 2);
    const first = await aRunningDyno(store, of, { port: 7 });
    await aRunningDyno(store, of, { name: 'worker.1', type: 'worker' });
    expect(await readRoutes(store, 'Apps.Test', [of.app.id])).toEqual([
      {
        appId: of.app.id,
        name: 'read-routes',
        hosts: ['read-routes.apps.test'],
        maintenance: false,
        deployed: true,
        hasWeb: true,
        wanted: 2,
        onlySize: null,
        dynos: [{ id: first.id, name: 'web.1', state: 'up', host: '127.0.0.1', port: 7 }],
      },
    ]);
    expect((await readRoutes(store, 'Apps.Test')).some((route) => route.name === 'read-routes')).toBe(true);
    await deleteApp(store, of.app.id);
    expect(await readRoutes(store, 'Apps.Test', [of.app.id])).toEqual([]);
  });

  it('tells its own pages, which change with the config vars', async () => {
    const { app } = await aReleasedApp(store, 'own-pages');
    const pages = async () => {
      const [route] = await readRoutes(store, 'Apps.Test', [app.id]);
      return [route?.errorPage, route?.maintenancePage];
    };
    const set = (vars: Record<string, string>) => writeOwnedVars(store, app.id, ownedBy(null, vars));
    await set({ ERROR_PAGE_URL: 'https://pages.test', MAINTENANCE_PAGE_URL: '//pages.test/m', OTHER: 'https://x.test' });
    expect(await pages()).toEqual(['https://pages.test/', '//pages.test/m']);
    await set({ ERROR_PAGE_URL: 'javascript:alert(1)' });
    expect(await pages()).toEqual([undefined, undefined]);
    await deleteApp(store, app.id);
  });

  const ledgers: [string, [types: string, status: ReleaseStatus][], { deployed: boolean; hasWeb: boolean }][] = [
    ['nothing yet', [], { deployed: false, hasWeb: false }],
    ['only a failed one', [['web', 'failed']], { deployed: false, hasWeb: false }],
    ['the first, pending', [['web', 'pending']], { deployed: true, hasWeb: true }],
    ['the first, pending, without web', [['worker', 'pending']], { deployed: true, hasWeb: false }],
    [
      'web, then none',
      [
        ['web', 'succeeded'],
        ['worker', 'succeeded'],
      ],
      { deployed: true, hasWeb: false },
    ],
    [
      'web, then none, pending',
      [
        ['web', 'succeeded'],
        ['worker', 'pending'],
      ],
      { deployed: true, hasWeb: true },
    ],
    [
      'web, then none, failed',
      [
        ['web', 'succeeded'],
        ['worker', 'failed'],
      ],
      { deployed: true, hasWeb: true },
    ],
    [
      'none, then web, pending',
      [
        ['worker', 'succeeded'],
        ['web', 'pending'],
      ],
      { deployed: true, hasWeb: false },
    ],
    [
      'none, then web',
      [
        ['worker', 'succeeded'],
        ['web', 'succeeded'],
      ],
      { deployed: true, hasWeb: true },
    ],
    ['a type that only begins with web', [['webhooks', 'succeeded']], { deployed: true, hasWeb: false }],
  ];
  it.each(ledgers)('releases: %s', async (_name, releases, expected) => {
    const user = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
    const app = (await insertApp(store, {
      name: `ledger-${randomBytes(4).toString('hex')}`,
      ownerId: user.id,
      stack: 'slipway-1',
      buildStack: 'slipway-1',
    }))!;
    await appendRelease(store, {
      appId: app.id,
      status: 'succeeded',
      description: 'Initial release',
      slugId: null,
      userId: user.id,
      hasOutput: false,
      configVars: {},
    });
    for (const [type, status] of releases) await aRelease(store, app, { [type]: 'x', release: 'y' }, status);
    expect(await readRoutes(store, 'Apps.Test', [app.id])).toEqual([expect.objectContaining(expected)]);
    await deleteApp(store, app.id);
  });

  it('tells a crashed dyno whose restart is due as starting, one that pauses as crashed', async () => {
    const of = await aReleasedApp(store, 'crashed-routes');
    const row = await aRunningDyno(store, of, { state: 'crashed', host: null, port: null, restartAt: new Date() });
    const stateSeen = async () => (await readRoutes(store, 'Apps.Test', [of.app.id]))[0]!.dynos[0]!.state;
    expect(await stateSeen()).toBe('starting');
    await updateDyno(store, row.id, { restartAt: new Date(Date.now() + 60_000) });
    expect(await stateSeen()).toBe('crashed');
    await updateDyno(store, row.id, { restartAt: new Date(Date.now() - 60_000) });
    expect(await stateSeen()).toBe('crashed');
    await updateDyno(store, row.id, { restartAt: null });
    expect(await stateSeen()).toBe('crashed');
    await deleteApp(store, of.app.id);
  });
});

describe('the router follows the store', () => {
  it('through the whole life of an app', async () => {
    expect(await status('life')).toBe(404);
    const of = await aReleasedApp(store, 'life');
    const started = await aRunningDyno(store, of, { state: 'starting', port: dyno.port });
    await tell(of.app.id);
    const held = answer('life');
    await updateDyno(store, started.id, { state: 'up' });
    await tell(of.app.id);
    expect(bodyOf(await held)).toBe('served');

    await updateApp(store, of.app.id, { maintenance: true });
    await becomes(of.app.id, 'life', 'H80');
    await updateApp(store, of.app.id, { maintenance: false, name: 'life-two' });
    await becomes(of.app.id, 'life', '404');
    expect(await status('life-two')).toBe(200);

    await aRelease(store, of.app, { worker: 'x' });
    await becomes(of.app.id, 'life-two', 'H14');
    await aRelease(store, of.app, { web: 'x' });
    await becomes(of.app.id, 'life-two', '200');

    await updateDyno(store, started.id, { state: 'crashed' });
    await becomes(of.app.id, 'life-two', 'H10');
    await setFormation(store, { appId: of.app.id, type: 'web', quantity: 0, size: 'basic' });
    await deleteDyno(store, started.id);
    await becomes(of.app.id, 'life-two', 'H14');

    await lines.flush();
    const said = (await readBatches(bus, of.app.id)).map((batch) => batch.text).join('');
    const codes = said
      .split('\n')
      .filter(Boolean)
      .map((line) => /code=(\w+)|status=(\d+)/.exec(line)?.[0]);
    expect(codes.filter((code, i) => code !== codes[i - 1])).toEqual([
      'status=200',
      'code=H80',
      'status=200',
      'code=H14',
      'status=200',
      'code=H10',
      'code=H14',
    ]);
    expect(said).toMatch(/^\d{4}-\d\d-\d\dT\S+ heroku\[router\]: at=info method=GET path="\/" host=life\.localhost /);

    await deleteApp(store, of.app.id);
    await becomes(of.app.id, 'life-two', '404');
  });

  it('an app nobody told it about is found by asking again', async () => {
    // A router reads again once a second at most.
    await sleep(1_100);
    const of = await aReleasedApp(store, 'untold');
    await aRunningDyno(store, of, { port: dyno.port });
    expect(await status('untold')).toBe(200);
  });

  it('a burst of changes ends with the last', async () => {
    const of = await aReleasedApp(store, 'burst');
    const row = await aRunningDyno(store, of, { port: dyno.port });
    for (let i = 0; i < 50; i += 1) {
      await updateDyno(store, row.id, { state: i % 2 ? 'up' : 'crashed' });
      void bus.publish('route-changed', { appId: of.app.id });
    }
    await eventually(async () => (await status('burst')) === 200);
  });
});

describe('the router outlives', () => {
  it('PostgreSQL', async () => {
    const of = await aReleasedApp(store, 'without-pg');
    const row = await aRunningDyno(store, of, { port: dyno.port });
    await tell(of.app.id);
    await daemons.postgres.stop();
    await tell(of.app.id);
    expect(await status('without-pg')).toBe(200);
    const start = Date.now();
    expect(await status('nobody-knows')).toBe(404);
    expect(Date.now() - start).toBeLessThan(10_000);
    await daemons.postgres.start();
    await eventually(() =>
      updateDyno(store, row.id, { state: 'crashed' }).then(
        () => true,
        () => false,
      ),
    );
    await eventually(async () => (await status('without-pg')) === 503);
  });

  it('Redis', async () => {
    const of = await aReleasedApp(store, 'without-redis');
    const row = await aRunningDyno(store, of, { port: dyno.port });
    await tell(of.app.id);
    await daemons.redis.stop();
    expect(await status('without-redis')).toBe(200);
    await updateDyno(store, row.id, { state: 'crashed' });
    await daemons.redis.start();
    // What was published meanwhile is lost; the router reads again when Redis is back.
    await eventually(async () => (await status('without-redis')) === 503, 8_000);
  });
});
