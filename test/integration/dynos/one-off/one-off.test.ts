// One-off dynos without a client: run once, logged, ended in time, found again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stopOneOff } from '../../../../src/actions/one-off/stop-one-off.js';
import { restartDynos } from '../../../../src/actions/app/restart-dynos.js';
import { destroyApp } from '../../../../src/actions/app/destroy-app.js';
import type { App } from '../../../../src/model/app.js';
import { insertOneOff } from '../../../../src/store/app/one-offs.js';
import { readRoutes } from '../../../../src/store/app/routes.js';
import { openHome, type Home } from '../home.js';
import { ask, deployed } from './client.js';

let home: Home;
let app: App;

beforeAll(async () => {
  home = await openHome();
  app = await home.newApp();
  await home.deploy(app, { 'hello.txt': 'from the slug\n' }, { console: 'echo console', scheduler: 'cat' });
  await deployed(home, app);
});
afterAll(() => home.close());

const until = (read: () => unknown, timeout = 40_000) => expect.poll(read, { timeout, interval: 30 });
const containersOf = async (name: string) => (await home.containers()).filter((each) => each.Labels['slipway.dyno'] === name);
const linesOf = async (name: string, of: App = app) =>
  (await home.log(of)).filter((line) => line.includes(`[${name}]`)).map((line) => line.replace(`[${name}]`, ''));
const detached = { attach: false };

async function runs(command: string, more: object = {}, of: App = app) {
  const { dyno } = await ask(home, of, { command, ...detached, ...more });
  await until(async () => (await home.states(of)).filter((state) => state.startsWith(`${dyno.name} `))).toEqual([`${dyno.name} up v3`]);
  return dyno;
}

async function ends(command: string, more: object = {}): Promise<string[]> {
  const { dyno } = await ask(home, app, { command, ...detached, ...more });
  await until(async () => (await home.rows(app)).some(({ id }) => id === dyno.id)).toBe(false);
  expect(await containersOf(dyno.name)).toEqual([]);
  return linesOf(dyno.name);
}

describe('a detached one', () => {
  test('runs once on the slug and says so, word for word', async () => {
    const { dyno } = await ask(home, app, { command: 'cat hello.txt; exit 3', ...detached });
    expect(dyno.name).toMatch(/^run\.\d{4}$/);
    await until(async () => (await linesOf(dyno.name)).at(-1)).toBe('heroku: State changed from up to complete');
    const lines = await linesOf(dyno.name);
    // What it prints may be there before the platform knows that it is up.
    expect(lines.filter((line) => line.startsWith('app'))).toEqual(['app: from the slug']);
    expect(lines.filter((line) => line.startsWith('heroku'))).toEqual([
      'heroku: Starting process with command `cat hello.txt; exit 3`',
      'heroku: State changed from starting to up',
      'heroku: Process exited with status 3',
      'heroku: State changed from up to complete',
    ]);
    await until(() => home.log(app)).toContain('app[api]: Starting process with command `cat hello.txt; exit 3` by user jane@example.com');
    await until(() => home.states(app)).toEqual([]);
  });

  test.each([
    ['a process type stands for its command, with arguments', 'console a  "b c"', {}, 'app: console a b c'],
    [
      'what it is given comes over config vars, but for what is ours',
      'echo $X-$DYNO',
      { env: { X: '1', DYNO: 'me' } },
      /^app: 1-run\.\d{4}$/,
    ],
    ['it reads nothing', 'cat; echo end', {}, 'app: end'],
    ['of a type of its own', 'echo $DYNO', { type: 'worker' }, /^app: worker\.\d{4}$/],
    ['with a size', 'echo $MEMORY_AVAILABLE', { size: 'standard-2x' }, 'app: 1024'],
  ] as const)('%s', async (_name, command, more, line) => {
    expect((await ends(command, more)).filter((each) => each.startsWith('app'))).toEqual([
      typeof line === 'string' ? line : expect.stringMatching(line),
    ]);
  });

  test('that was up when its container went, with the manager or the engine, is not run again', async () => {
    const { id: _id, ...row } = await runs('echo once; sleep 1000');
    const lost = { ...row, name: 'run.1', number: 1, containerId: 'gone', state: 'up' } as const;
    await insertOneOff(home.ctx.store, lost, { attach: false, hasTty: false, env: {}, endsAt: null });
    await home.ctx.bus.publish('one-offs-changed', { appId: app.id });
    await until(async () => (await home.rows(app)).some(({ name }) => name === 'run.1')).toBe(false);
    expect(await linesOf('run.1')).toEqual(['heroku: State changed from up to complete']);
    for (const dyno of await home.rows(app)) await stopOneOff(home.ctx, app, home.user, dyno);
    await until(() => home.states(app)).toEqual([]);
  });

  test('is neither routed nor restarted, also as web', async () => {
    const dyno = await runs('sleep 1000', { type: 'web' });
    expect((await readRoutes(home.ctx.store, 'localhost', [app.id]))[0]?.dynos).toEqual([]);
    await restartDynos(home.ctx, app, home.user);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await home.states(app)).toEqual([`${dyno.name} up v3`]);
    await stopOneOff(home.ctx, app, home.user, dyno);
    await until(() => home.states(app)).toEqual([]);
    expect((await linesOf(dyno.name)).slice(-3)).toEqual([
      'heroku: Stopping all processes with SIGTERM',
      'heroku: Process exited with status 143',
      'heroku: State changed from up to complete',
    ]);
  });

  test('ends at its time to live', async () => {
    const began = Date.now();
    const lines = await ends('sleep 1000', { timeToLiveS: 1 });
    expect(Date.now() - began).toBeGreaterThan(900);
    expect(lines).toContain('heroku: Stopping all processes with SIGTERM');
  });

  test('goes on while the manager is away, and its end is noted when that is back', async () => {
    const [long, short] = [await runs('sleep 2; echo done; sleep 1000'), await runs('sleep 2; exit 5')];
    const [before] = await containersOf(long.name);
    await home.stopManager();
    home.startManager();
    await until(async () => (await linesOf(short.name)).includes('heroku: Process exited with status 5')).toBe(true);
    await until(async () => (await linesOf(long.name)).includes('app: done')).toBe(true);
    expect((await containersOf(long.name)).map(({ Id }) => Id)).toEqual([before?.Id]);
    await stopOneOff(home.ctx, app, home.user, long);
    await until(() => home.states(app)).toEqual([]);
    expect(await containersOf(long.name)).toEqual([]);
  });

  test('goes with its app', async () => {
    const other = await home.newApp();
    await home.deploy(other, { a: 'b' }, { x: 'true' });
    await deployed(home, other);
    const dyno = await runs('sleep 1000', {}, other);
    await destroyApp(home.ctx, other);
    await until(() => containersOf(dyno.name)).toEqual([]);
  });
});
