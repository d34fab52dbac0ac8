// kill -9 of each of our processes, one at a time, during a push and while serving: it always ends well.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { keepRequesting } from '../support/requests.js';
import { anApp, type Workspace } from '../support/workspace.js';

const PROCESSES = ['web', 'builder', 'dynos', 'logplex', 'router', 'providers'] as const;

let platform: Platform;
let app: Workspace;

beforeAll(async () => {
  platform = await startPlatform();
  app = await anApp(platform, 'crash-test', files('one', 'sleep 3'));
  expect((await app.push('main')).code).toBe(0);
});

afterAll(async () => {
  await app?.remove();
  await platform?.stop();
});

/** Names of the containers of the app's dynos. */
async function serving(): Promise<string[]> {
  const dynos = await platform.api<{ id: string }[]>('GET', `/apps/${app.name}/dynos`);
  const containers = await platform.containers('slipway.dyno');
  return dynos.map(({ id }) => `slipway-${id}`).filter((name) => containers.includes(name));
}

describe('kill -9 while serving', () => {
  it.each(PROCESSES.filter((name) => name !== 'router'))('%s: not one request fails', async (name) => {
    const load = keepRequesting(() => app.get('/'));
    const before = await serving();
    await platform.kill(name);
    await platform.healthy();
    await load.more(20);
    const results = await load.stop();
    expect(results.filter((answer) => answer.status !== 200)).toEqual([]);
    expect(await serving()).toEqual(before);
  });

  it('router: answers again, the dyno untouched', async () => {
    const before = await serving();
    await platform.kill('router');
    await expect
      .poll(() =>
        app.get('/').then(
          (answer) => answer.status,
          () => 0,
        ),
      )
      .toBe(200);
    expect(await serving()).toEqual(before);
  });
});

describe('kill -9 during a push', () => {
  it.each(['dynos', 'logplex', 'router'] as const)('%s: the push succeeds', async (name) => {
    await app.commit(files(`during ${name}`, 'sleep 3'), `Kill ${name}`);
    const push = app.startPush('main');
    await push.until('sleep 3');
    await platform.kill(name);
    expect((await push.ended).code).toBe(0);
    await expect
      .poll(() =>
        app.get('/').then(
          (answer) => answer.body,
          () => '',
        ),
      )
      .toBe(`during ${name}`);
  });

  it('builder: the push fails soon with a clear line, and the next one works', async () => {
    await app.commit(files('after builder', 'sleep 300'), 'Kill the builder');
    const push = app.startPush('main');
    await push.until('sleep 300');
    const killed = Date.now();
    await platform.kill('builder');
    const result = await push.ended;
    expect(Date.now() - killed).toBeLessThan(30_000);
    expect(result.code).not.toBe(0);
    expect(result.output).toMatch(/builder (was restarted|stopped) while it worked on this build/);
    await expect.poll(() => platform.runs('sleep 300')).toBe(false);
    await app.commit(files('after builder', 'true'), 'Build fast');
    expect((await app.push('main')).code).toBe(0);
    expect((await app.get('/')).body).toBe('after builder');
  });

  it('web: the push fails, nothing is half done, and the next one works', async () => {
    const before = (await app.get('/')).body;
    await app.commit(files('after web', 'sleep 5'), 'Kill web');
    const push = app.startPush('main');
    await push.until('sleep 5');
    await platform.kill('web');
    expect((await push.ended).code).not.toBe(0);
    await platform.healthy();
    expect((await app.get('/')).body).toBe(before);
    expect((await app.push('main')).code).toBe(0);
    expect((await app.get('/')).body).toBe('after web');
  });
});

describe('a restart of the whole platform', () => {
  it('adopts the dynos that run', async () => {
    await expect.poll(serving).toHaveLength(1);
    const before = await serving();
    const { code, stopMs } = await platform.restart();
    expect(code).toBe(0);
    expect(stopMs).toBeLessThan(20_000);
    expect((await app.get('/')).body).toBe('after web');
    expect(await serving()).toEqual(before);
  });
});

function files(text: string, build: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'crash', version: '1.0.0', scripts: { start: 'node index.js', build } }),
    'index.js': `require('http').createServer((_, res) => res.end(${JSON.stringify(text)})).listen(process.env.PORT);\n`,
  };
}
