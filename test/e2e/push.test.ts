// The main job as a terminal session: create, push, request, push again, a push that fails, Ctrl-C.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { anApp, type Workspace } from '../support/workspace.js';

let platform: Platform;
let app: Workspace;

beforeAll(async () => {
  platform = await startPlatform();
  app = await anApp(platform, 'hello-push', {
    'package.json': PACKAGE,
    'index.js': server('one'),
    Procfile: 'web: node index.js\nworker: node -e "setInterval(() => {}, 1000)"\n',
  });
});

afterAll(async () => {
  await app?.remove();
  await platform?.stop();
});

describe('git push paas main', () => {
  it('builds, releases and answers', async () => {
    const push = await app.push('main');
    expect(push.code).toBe(0);
    const lines = push.remote;
    const order = [
      '-----> Building on the Slipway-12 stack',
      '-----> Determining which buildpack to use for this app',
      '-----> Node.js app detected',
      '-----> Discovering process types',
      '       Procfile declares types     -> web, worker',
      '-----> Compressing...',
      '-----> Launching...',
      '       Released v3',
      'Verifying deploy... done.',
    ];
    expect(order.filter((line) => lines.includes(line))).toEqual(order);
    expect(push.output).toContain('* [new branch]      main -> main');
    expect(await app.get('/')).toEqual({ status: 200, body: 'one' });
  });

  it('says Everything up-to-date for the same commit, and builds nothing', async () => {
    const push = await app.push('main');
    expect(push.output).toContain('Everything up-to-date');
    expect(await app.api('GET', '/releases')).toHaveLength(3);
  });

  it('deploys the next commit', async () => {
    await app.commit({ 'index.js': server('two') }, 'Say two');
    const push = await app.push('main');
    expect(push.remote).toContain('       Released v4');
    expect((await app.get('/')).body).toBe('two');
  });

  it('stores other branches and builds nothing', async () => {
    await app.git('checkout', '-q', '-b', 'feature');
    await app.commit({ 'index.js': server('three') }, 'Say three');
    const push = await app.push('feature');
    expect(push.code).toBe(0);
    expect(push.output).toContain('Pushed to non-master branch, skipping build.');
    expect((await app.get('/')).body).toBe('two');
  });

  it('builds another branch pushed to main', async () => {
    const push = await app.push('feature:main');
    expect(push.code).toBe(0);
    expect((await app.get('/')).body).toBe('three');
    await app.git('checkout', '-q', 'main');
    await app.git('merge', '-q', 'feature');
  });

  it('refuses a build that fails: the ref does not move, the old release answers', async () => {
    const before = await app.remoteRef('refs/heads/main');
    await app.commit({ 'package.json': '{ "name": ' }, 'Break it');
    const push = await app.push('main');
    expect(push.code).not.toBe(0);
    expect(push.output).toContain('[remote rejected] main -> main (pre-receive hook declined)');
    expect(push.output).toContain('Push rejected');
    expect(await app.remoteRef('refs/heads/main')).toBe(before);
    expect((await app.get('/')).body).toBe('three');
    await app.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('cancels the build on Ctrl-C', async () => {
    await app.commit({ 'package.json': JSON.stringify({ ...JSON.parse(PACKAGE), scripts: { build: 'sleep 600' } }) }, 'Build slowly');
    const push = app.startPush('main');
    await push.until('sleep 600');
    await expect.poll(() => platform.runs('sleep 600')).toBe(true);
    push.interrupt();
    await push.ended;
    await expect.poll(() => latestBuild(app)).toBe('failed');
    await expect.poll(() => platform.runs('sleep 600')).toBe(false);
    await app.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('goes on after that', async () => {
    await app.commit({ 'index.js': server('four') }, 'Say four');
    expect((await app.push('main')).code).toBe(0);
    expect((await app.get('/')).body).toBe('four');
  });
});

async function latestBuild(workspace: Workspace): Promise<string | undefined> {
  const builds = await workspace.api<{ status: string; created_at: string }[]>('GET', '/builds');
  return builds.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).at(-1)?.status;
}

const PACKAGE = JSON.stringify({ name: 'hello', version: '1.0.0', private: true, scripts: { start: 'node index.js' } });

function server(text: string): string {
  return `require('http').createServer((_, res) => res.end(${JSON.stringify(text)})).listen(process.env.PORT);\n`;
}
