// Apps that fall asleep and are woken: a manager, a router and their stores, with dynos in memory that really listen.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { scale } from '../../../src/actions/app/scale.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { systemClock } from '../../../src/lib/async/clock.js';
import type { App } from '../../../src/model/app.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { forgetRouter, readTold, recordReport } from '../../../src/store/app/activity.js';
import { listFormation } from '../../../src/store/app/formations.js';
import { ask } from '../../support/ask.js';
import { openMemoryDriver, type Program } from '../../support/memory-driver.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const PROGRAMS: Record<string, Program> = {
  serve: { listens: 'port', serves: (_request, response) => void response.end('awake') },
  'serve, and never stop': { listens: 'port', serves: (_request, response) => void response.end('awake'), isStubborn: true },
  stream: { listens: 'port', serves: (_request, response) => void response.writeHead(200).write('first') },
  fail: { exits: { status: 1 } },
};
const IDLE_AFTER_MS = 400;
const SLEEPING = ['web.1 idle v3', 'worker.1 idle v3'];
let home: Home;
let router: Router;

beforeAll(async () => {
  const driver = openMemoryDriver({ clock: systemClock, programs: PROGRAMS });
  home = await openHome({ idleAfterMs: IDLE_AFTER_MS, memory: { driver, clock: systemClock } });
  router = await openRouter();
});
afterAll(async () => {
  await router?.stop(0);
  await home?.close();
});

function openRouter(): Promise<Router> {
  const { store, bus, lines } = home.ctx;
  const place = { domain: 'localhost', bind: '127.0.0.1', port: 0, tlsPort: 0, home: '/nonexistent' };
  return startRouter({ store, bus, lines, ...place, node: 'test', idleAfterMs: IDLE_AFTER_MS });
}

/** An app whose web and worker sleep, awake. */
async function anEcoApp(web = 'serve'): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, {}, { web, worker: 'work' });
  await scale(home.ctx, app, home.user, [
    { type: 'web', quantity: 1, size: 'free' },
    { type: 'worker', quantity: 1, size: 'Eco' },
  ]);
  return app;
}

/** The states of an app, after the manager has looked: it looks by itself too, but only every few seconds. */
async function look(app: App): Promise<string[]> {
  await home.ctx.queue.enqueue('reconcile', { appId: app.id });
  return home.states(app);
}

async function asleep(web?: string): Promise<App> {
  const app = await anEcoApp(web);
  await until(() => look(app)).toEqual(SLEEPING);
  // A router that hasn't heard of it yet would ask a dyno that still stops.
  await until(() => home.driver().list(app.id)).toEqual([]);
  return app;
}

const request = (app: App) => ask({ routerUrl: `http://127.0.0.1:${router.port}`, domain: 'localhost' }, app.name, '/');
const platformLog = async (app: App) => (await home.log(app)).filter((line) => line.startsWith('heroku[w'));
const countOf = (lines: string[], line: string) => lines.filter((each) => each === line).length;

describe('falling asleep', () => {
  test('is told word for word; nothing runs, and the formation is as it was', async () => {
    const app = await asleep();
    const fromIdling = async () => {
      const lines = (await platformLog(app)).filter((line) => line.startsWith('heroku[web.1]'));
      return lines.slice(lines.indexOf('heroku[web.1]: Idling'));
    };
    await until(fromIdling).toEqual([
      'heroku[web.1]: Idling',
      'heroku[web.1]: State changed from up to down',
      'heroku[web.1]: Stopping all processes with SIGTERM',
      'heroku[web.1]: Process exited with status 143',
    ]);
    await until(() => platformLog(app)).toContain('heroku[worker.1]: Idling');
    expect(await home.driver().list(app.id)).toEqual([]);
    const formation = await listFormation(home.ctx.store, app.id);
    expect(formation.map(({ type, quantity, size }) => `${type}=${quantity}:${size}`)).toEqual(['web=1:Eco', 'worker=1:Eco']);
  });

  test('waits for a stream that is under way', async () => {
    const app = await anEcoApp('stream');
    const client = get({ host: '127.0.0.1', port: router.port, headers: { host: `${app.name}.localhost` } });
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    await until(() => look(app)).toEqual(['web.1 up v3', 'worker.1 up v3']);
    const end = Date.now() + 4 * IDLE_AFTER_MS;
    while (Date.now() < end) expect(await look(app)).toEqual(['web.1 up v3', 'worker.1 up v3']);
    answer.on('error', () => undefined);
    client.destroy();
    await until(() => look(app)).toEqual(SLEEPING);
  });

  test('never happens to two web dynos', async () => {
    const [two, one] = await Promise.all([anEcoApp(), anEcoApp()]);
    await scale(home.ctx, two, home.user, [{ type: 'web', quantity: 2 }]);
    await until(() => look(one)).toEqual(SLEEPING);
    await until(() => look(two)).toEqual(['web.1 up v3', 'web.2 up v3', 'worker.1 up v3']);
    await new Promise((done) => setTimeout(done, 2 * IDLE_AFTER_MS));
    expect(await look(two)).toEqual(['web.1 up v3', 'web.2 up v3', 'worker.1 up v3']);
  });
});

describe('waking', () => {
  test('by hundreds of requests at once: all are answered, and each dyno starts once', async () => {
    const app = await asleep();
    const answers = await Promise.all(Array.from({ length: 300 }, () => request(app)));
    expect(answers.filter(({ status, body }) => status !== 200 || body !== 'awake')).toEqual([]);
    const woken = async () => {
      const web = (await platformLog(app)).filter((line) => line.startsWith('heroku[web.1]'));
      return web.slice(web.indexOf('heroku[web.1]: Unidling')).slice(0, 4);
    };
    await until(woken).toEqual([
      'heroku[web.1]: Unidling',
      'heroku[web.1]: State changed from down to starting',
      'heroku[web.1]: Starting process with command `serve`',
      'heroku[web.1]: State changed from starting to up',
    ]);
    for (const name of ['web.1', 'worker.1']) await until(async () => countOf(await platformLog(app), `heroku[${name}]: Unidling`)).toBe(1);
  });

  test('while what ran before still stops', async () => {
    const app = await anEcoApp('serve, and never stop');
    await until(() => look(app)).toContain('web.1 idle v3');
    // A router that hasn't heard of it yet asks the one that still stops.
    await until(async () => {
      expect((await request(app)).status).toBe(200);
      return platformLog(app);
    }).toContain('heroku[web.1]: Unidling');
    expect(await home.states(app)).toContain('web.1 down v3');
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
  });

  test('while no manager hears of it: the next one finds it, though the message is lost', async () => {
    const app = await asleep();
    await home.stopManager();
    const answer = request(app);
    await until(() => home.ctx.store.db.selectFrom('dynos').select('restartAskedAt').where('appId', '=', app.id).execute()).toEqual([
      { restartAskedAt: expect.any(Date) },
      { restartAskedAt: expect.any(Date) },
    ]);
    home.startManager();
    expect(await answer).toMatchObject({ status: 200, body: 'awake' });
  });

  test('is remembered when the router dies meanwhile', async () => {
    const app = await asleep();
    await home.stopManager();
    const answer = request(app).then(
      ({ status }) => status,
      () => 0,
    );
    await until(() => home.rows(app).then((rows) => rows.every((row) => row.restartAskedAt !== null))).toBe(true);
    await router.stop(0);
    expect(await answer).not.toBe(200);
    router = await openRouter();
    home.startManager();
    await until(async () => countOf(await platformLog(app), 'heroku[web.1]: Unidling')).toBe(1);
    expect((await request(app)).status).toBe(200);
  });

  const ways: Record<string, { does(app: App): Promise<unknown>; states: string[] }> = {
    'a deploy': { does: (app) => home.deploy(app, {}, { web: 'serve', worker: 'work' }), states: ['web.1 up v4', 'worker.1 up v4'] },
    'a change of config vars': {
      does: (app) => setConfigVars(home.ctx, app, home.user, { A: 'b' }),
      states: ['web.1 up v4', 'worker.1 up v4'],
    },
    'a restart of all': { does: (app) => restartDynos(home.ctx, app, home.user), states: ['web.1 up v3', 'worker.1 up v3'] },
    'a restart of the worker alone': {
      does: (app) => restartDynos(home.ctx, app, home.user, { name: 'worker.1' }),
      states: ['web.1 up v3', 'worker.1 up v3'],
    },
    'one more worker': {
      does: (app) => scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 2 }]),
      states: ['web.1 up v3', 'worker.1 up v3', 'worker.2 up v3'],
    },
    'another size': {
      does: (app) => scale(home.ctx, app, home.user, [{ type: 'web', size: 'Basic' }]),
      states: ['web.1 up v3', 'worker.1 up v3'],
    },
  };
  test.each(Object.entries(ways))('by %s', async (_what, { does, states }) => {
    const app = await asleep();
    await does(app);
    // Those that are asked for nothing fall asleep again, one by one.
    const seen = new Set<string>();
    await until(async () => {
      for (const state of await home.states(app)) if (state.includes(' up ')) seen.add(state);
      return [...seen].sort();
    }).toEqual(states);
  });

  test('to a release that crashes: the answer says so', async () => {
    const app = await asleep();
    await home.stopManager();
    await home.ctx.store.db
      .updateTable('slugs')
      .set({ processTypes: JSON.stringify({ web: 'fail' }) })
      .where('appId', '=', app.id)
      .execute();
    const answer = request(app);
    home.startManager();
    const { status } = await answer;
    expect(status).toBe(503);
    await until(() => home.log(app)).toContainEqual(expect.stringContaining('code=H10 desc="App crashed"'));
  });
});

test('scaled to none while it sleeps: nothing is left, and requests are told', async () => {
  const app = await asleep();
  await scale(home.ctx, app, home.user, [
    { type: 'web', quantity: 0 },
    { type: 'worker', quantity: 0 },
  ]);
  await until(() => home.states(app)).toEqual([]);
  await until(() => request(app).then(({ status }) => status)).toBe(503);
  await until(() => home.log(app)).toContainEqual(expect.stringContaining('code=H14'));
});

describe('what routers tell', () => {
  afterAll(() => Promise.all(['a', 'b', 'c', 'd'].map((name) => forgetRouter(home.ctx.store, name))));

  const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms);
  const told = (router: string, ms: number, apps: [string, number][] = []) =>
    recordReport(home.ctx.store, {
      router,
      at: at(ms),
      apps: new Map(apps.map(([id, each]) => [id, at(each).getTime()])),
      lostAfterMs: 1_000,
    });

  test('of several the latest request counts, and a restart of one changes nothing', async () => {
    const app = await home.newApp();
    const gone = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
    await told('a', 0, [[app.id, 0]]);
    await told('b', 100, [
      [app.id, 90],
      [gone, 90],
    ]);
    await told('a', 900, [[app.id, 50]]);
    await told('b', 950);
    const read = await readTold(home.ctx.store, [app.id], at(0));
    expect(read.since).toBe(at(0).getTime());
    expect([...read.lastRequestAt]).toEqual([[app.id, at(90).getTime()]]);
  });

  test('after a break it begins anew, and who is gone is not waited for', async () => {
    const app = await home.newApp();
    await told('c', 10_000);
    await told('d', 10_500);
    await told('d', 12_000);
    expect((await readTold(home.ctx.store, [app.id], at(11_500))).since).toBe(at(12_000).getTime());
    expect((await readTold(home.ctx.store, [app.id], at(20_000))).since).toBeNull();
  });
});
