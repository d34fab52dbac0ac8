// Deploys next to each other: under load, two at once, twenty apps at once, several users.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELD, letGo } from '../support/held-build.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { keepRequesting } from '../support/requests.js';
import { anApp, type Workspace } from '../support/workspace.js';

let platform: Platform;
const opened: Workspace[] = [];

beforeAll(async () => {
  platform = await startPlatform();
});

afterAll(async () => {
  await Promise.all(opened.map((app) => app.remove()));
  await platform?.stop();
});

async function open(name: string, files: Record<string, string>, token?: string): Promise<Workspace> {
  const app = await anApp(platform, name, files, token);
  opened.push(app);
  return app;
}

describe('a re-deploy under load', () => {
  it('fails no request, and old answers never come after new ones', async () => {
    const app = await open('under-load', server('v1'));
    await app.push('main');
    const load = keepRequesting(() => app.get('/'), { lanes: 8, pauseMs: 2 });
    for (const text of ['v2', 'v3']) {
      await app.commit(server(text), text);
      // A push whose web process isn't up ends well, too: it says why.
      expect((await app.push('main')).output).toContain('Verifying deploy... done.');
    }
    const answers = await load.stop();
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
    expect(new Set(answers.map((answer) => answer.body))).toEqual(new Set(['v1', 'v2', 'v3']));
  });

  it('scales to several dynos and back', async () => {
    const app = opened[0]!;
    await app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: 3 }] });
    await expect.poll(async () => states(app)).toEqual(['web.1 up', 'web.2 up', 'web.3 up']);
    await app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: '-2' }] });
    await expect.poll(async () => states(app)).toEqual(['web.1 up']);
    await app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: 0 }] });
    await expect.poll(async () => (await app.get('/')).status).toBe(503);
  });
});

describe('two pushes to one app at once', () => {
  it('one builds, the other waits and says so; the app is never broken', async () => {
    const app = await open('two-at-once', server('base'));
    expect((await app.push('main')).code).toBe(0);
    await app.git('branch', 'other');
    await app.commit(server('first', HELD), 'first');
    await app.git('checkout', '-q', 'other');
    await app.commit(server('second'), 'second');
    const first = app.startPush('main');
    await first.until(HELD);
    const second = app.startPush('other:main');
    await second.until('Another build of two-at-once is in progress');
    await letGo(platform);
    expect((await first.ended).code).toBe(0);
    expect((await second.ended).code).not.toBe(0);
    expect((await app.get('/')).body).toBe('first');
  });
});

describe('twenty apps pushed at once', () => {
  it('all arrive, builds limited and told their place in the queue', async () => {
    const apps = await Promise.all(Array.from({ length: 20 }, (_, i) => open(`many-${String(i).padStart(2, '0')}`, server(`app ${i}`))));
    const results = await Promise.all(apps.map((app) => app.push('main')));
    expect(results.filter((push) => push.code !== 0).map((push) => push.output)).toEqual([]);
    expect(results.some((push) => /Waiting for a free builder \(\d+ builds? ahead\)/.test(push.output))).toBe(true);
    const bodies = await Promise.all(apps.map((app) => app.get('/').then((answer) => answer.body)));
    expect(bodies).toEqual(apps.map((_, i) => `app ${i}`));
  });
});

describe('another user', () => {
  it('cannot see, push to, or clone an app that is not theirs', async () => {
    const mine = opened[0]!;
    const joe = await platform.api<{ access_token: { token: string } }>('POST', '/users', { email: 'joe@example.com' });
    const token = joe.access_token.token;
    await expect(platform.api('GET', `/apps/${mine.name}`, undefined, token)).rejects.toThrow("Couldn't find that app.");
    expect(await platform.api('GET', '/apps', undefined, token)).toEqual([]);
    const theirs = await open('joes-own', server('joe'), token);
    expect((await theirs.push('main')).code).toBe(0);
    await theirs.git('remote', 'set-url', 'paas', `${platform.gitUrl}/${mine.name}.git`);
    const push = await theirs.push('main');
    expect(push.code).not.toBe(0);
    expect(push.output).toMatch(/not found/);
    await expect(theirs.git('fetch', 'paas')).rejects.toThrow(/not found/);
  });

  it('with a wrong token is refused', async () => {
    const app = await open('wrong-token', server('x'));
    await expect(
      app.git(
        '-c',
        'http.extraHeader=',
        '-c',
        `http.extraHeader=Authorization: Basic ${Buffer.from('x:wrong').toString('base64')}`,
        'ls-remote',
        'paas',
      ),
    ).rejects.toThrow(/Authentication failed|could not read/);
  });
});

async function states(app: Workspace): Promise<string[]> {
  const dynos = await app.api<{ name: string; state: string }[]>('GET', '/dynos');
  return dynos.map((dyno) => `${dyno.name} ${dyno.state}`).sort();
}

function server(text: string, build = 'true'): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'deploys', version: '1.0.0', scripts: { start: 'node index.js', build } }),
    'index.js': `require('http').createServer((_, res) => res.end(${JSON.stringify(text)})).listen(process.env.PORT);\n`,
  };
}
