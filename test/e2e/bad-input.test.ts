// Everything a person can get wrong, one by one: one clear line each, and nothing is lost.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { anApp, type Workspace } from '../support/workspace.js';

let platform: Platform;
let app: Workspace;

const GOOD = {
  'package.json': JSON.stringify({ name: 'bad-input', version: '1.0.0', scripts: { start: 'node index.js' } }),
  'index.js': `require('http').createServer((_, res) => res.end('good')).listen(process.env.PORT);\n`,
};

afterEach(() => app.git('reset', '-q', '--hard', 'good'));

beforeAll(async () => {
  platform = await startPlatform({
    SLIPWAY_BUILD_TIMEOUT: '40',
    SLIPWAY_BUILD_MEMORY: '256',
    SLIPWAY_BUILD_DISK: '200',
    SLIPWAY_BOOT_TIMEOUT: '5',
  });
  app = await anApp(platform, 'bad-input', GOOD);
  expect((await app.push('main')).output).toContain('[new branch]      main -> main');
  await app.git('tag', 'good');
});

afterAll(async () => {
  await app?.remove();
  await platform?.stop();
});

const withScript = (build: string) => JSON.stringify({ name: 'bad-input', version: '1.0.0', scripts: { start: 'node index.js', build } });

describe('a push that cannot be built', () => {
  it.each([
    ['no known language', { 'package.json': null, 'notes.txt': 'hello' }, /No default language could be detected for this app/],
    [
      'a Procfile without a line of use',
      { Procfile: '{"web": "node index.js"}\n' },
      /The Procfile has no line of the kind "name: command"\. Procfile line 1 is skipped/,
    ],
    ['an invalid package.json', { 'package.json': '{ "name": ' }, /package\.json can't be read: .*JSON/],
    ['engines that nobody has', { 'package.json': JSON.stringify({ engines: { node: '99.x' }, scripts: { start: 'node .' } }) }, /99\.x/],
    [
      'a lockfile out of date',
      {
        'package.json': JSON.stringify({ name: 'a', version: '1.0.0', dependencies: { 'is-number': '7.0.0' } }),
        'package-lock.json': JSON.stringify({
          name: 'a',
          version: '1.0.0',
          lockfileVersion: 3,
          requires: true,
          packages: { '': { name: 'a', version: '1.0.0' } },
        }),
      },
      /lock ?file.*(out of (date|sync))|out of (date|sync).*lock ?file/i,
    ],
    [
      'a build script that fails',
      { 'package.json': withScript('echo about to fail && exit 3') },
      /about to fail[\s\S]*Push rejected, failed to compile Node\.js app/,
    ],
    [
      'a build that fills memory',
      { 'package.json': withScript(`node -e "const a = []; for (;;) a.push(Buffer.alloc(8e6, 1))"`) },
      /ran out of memory \(256 MB\)/,
    ],
    ['a build that fills the disk', { 'package.json': withScript('head -c 900M /dev/zero > big.bin') }, /disk/],
    ['a build that takes too long', { 'package.json': withScript('sleep 100') }, /(40 s|time limit|timed out)/i],
  ] as [string, Record<string, string | null>, RegExp][])('%s', async (_name, files, message) => {
    const ref = await app.remoteRef('refs/heads/main');
    for (const [path, text] of Object.entries(files)) {
      if (text === null) await app.git('rm', '-q', path);
    }
    if (files['notes.txt']) await app.git('rm', '-q', 'index.js');
    await app.commit(Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null)), 'Break it');
    const push = await app.push('main');
    expect(push.code).not.toBe(0);
    expect(push.output).toMatch(message);
    expect(push.output).toContain('pre-receive hook declined');
    expect(push.output).not.toMatch(/\bat .*\.js:\d+:\d+/);
    expect(await app.remoteRef('refs/heads/main')).toBe(ref);
    expect((await app.get('/')).body).toBe('good');
  });
});

describe('an app that does not run', () => {
  it('is told when it never listens (R10), and the old release goes on', async () => {
    await app.commit({ 'index.js': 'setInterval(() => {}, 1000)\n' }, 'Never listen');
    const push = await app.push('main');
    expect(push.output).toMatch(/ ! {5}.*(R10|did not|never|failed to bind)/);
    expect(push.output).toContain('paas logs');
    await app.git('reset', '-q', '--hard', 'good');
    await app.commit({}, 'As it was');
    expect((await app.push('main', '--force')).code).toBe(0);
    expect((await app.get('/')).body).toBe('good');
  });

  it('answers H10 when its first release crashes', async () => {
    const crasher = await anApp(platform, 'crasher', { Procfile: 'web: exit 1\n' });
    const push = await crasher.push('main');
    expect(push.code).toBe(0);
    expect(push.output).toMatch(/ ! {5}/);
    const answer = await crasher.get('/');
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('Application error');
    await crasher.remove();
  });
});

describe('requests that are wrong', () => {
  it('to an app that is not there: 404', async () => {
    const none = await fetch(`${platform.routerUrl}/`, { headers: { host: 'nobody' } });
    expect(none.status).toBe(404);
  });
  it('that are not git at all: 4xx and no hang', async () => {
    const basic = `Basic ${Buffer.from(`x:${platform.token}`).toString('base64')}`;
    const post = (path: string, body: string) =>
      fetch(`${platform.gitUrl}/bad-input.git/${path}`, {
        method: 'POST',
        body,
        headers: { authorization: basic },
        signal: AbortSignal.timeout(8_000),
      });
    expect((await post('git-receive-pack', 'hello, is this a phone?')).status).toBe(400);
    expect((await post('git-upload-pack', 'garbage')).status).toBe(400);
    expect((await post('objects/info', '')).status).toBeGreaterThanOrEqual(400);
    expect((await fetch(`${platform.gitUrl}/bad-input.git/info/refs?service=git-receive-pack`)).status).toBe(401);
  });
  it('for an app that does not exist, by git', async () => {
    await app.git('remote', 'add', 'nowhere', `${platform.gitUrl}/no-such-app.git`);
    await expect(app.git('push', 'nowhere', 'main')).rejects.toThrow(/not found/);
  });
});
