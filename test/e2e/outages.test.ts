// Redis, PostgreSQL and Docker going away while the platform runs, and coming back: apps go on answering.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngineRelay, STUCK, type EngineRelay } from '../integration/dynos/engine-relay.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { keepRequesting } from '../support/requests.js';
import { anApp, type Workspace } from '../support/workspace.js';

let relay: EngineRelay;
let platform: Platform;
let app: Workspace;

beforeAll(async () => {
  relay = await openEngineRelay();
  platform = await startPlatform({ DOCKER_HOST: relay.dockerHost });
  app = await anApp(platform, 'outages', files('one'));
  expect((await app.push('main')).output).toContain('[new branch]      main -> main');
});

afterAll(async () => {
  relay?.release();
  await app?.remove();
  await platform?.stop();
  await relay?.close();
});

async function pushes(text: string): Promise<void> {
  await app.commit(files(text), text);
  const push = await app.push('main');
  expect(push.output).toContain('Verifying deploy... done.');
  expect((await app.get('/')).body).toBe(text);
}

describe('a store that is killed', () => {
  it.each([
    ['Redis', () => pidIn('redis/redis.pid')],
    ['PostgreSQL', () => pidIn('postgres/data/postmaster.pid')],
  ])('%s: not one request fails, and the next push works', async (name, pid) => {
    const load = keepRequesting(() => app.get('/'));
    const old = pid();
    process.kill(old, 'SIGKILL');
    await expect.poll(pid).not.toBe(old);
    await platform.healthy();
    expect((await load.stop()).filter((answer) => answer.status !== 200)).toEqual([]);
    await pushes(`after ${name}`);
  });

  it('Redis, with everything in it lost: what was pending is queued again', async () => {
    const redis = new Redis(redisSocket());
    await redis.flushall();
    redis.disconnect();
    await platform.api('PATCH', '/apps/outages/config-vars', { AFTER: 'flush' });
    await platform.kill('web');
    await platform.healthy();
    await expect
      .poll(async () => (await app.api<{ status: string }[]>('GET', '/releases')).every((release) => release.status !== 'pending'), {
        timeout: 20_000,
      })
      .toBe(true);
    await pushes('after a flush');
  });
});

describe('Docker away', () => {
  it('is told by /healthz and to the pusher; dynos go on; then all works again', async () => {
    const load = keepRequesting(() => app.get('/'));
    await relay.cut();
    await expect.poll(() => health()).toMatch(/^503 .*docker/i);
    await app.commit(files('while away'), 'while away');
    const push = app.startPush('main');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await relay.join();
    await expect.poll(() => health()).toMatch(/^200 /);
    await push.ended;
    expect((await load.stop()).filter((answer) => answer.status !== 200)).toEqual([]);
    await pushes('after Docker');
  });
});

describe('Docker stuck', () => {
  it('is told in time by /healthz, paas ps and to who pushes, and that it answers again; dynos go on; the push is deployed', async () => {
    relay.hold(STUCK);
    const began = Date.now();
    // Nothing was prepared for a new app.
    const late = await anApp(platform, 'outages-late', files('late'));
    const push = late.startPush('main');
    await expect.poll(() => health()).toMatch(/^503 .*docker: stuck, it starts and stops nothing any more/);
    // Its clocks take 26 s at the most; the rest is a busy machine's.
    expect(Date.now() - began).toBeLessThan(45_000);
    await push.until('Docker is stuck: the build waits until it answers again');
    expect(await paas('ps -a outages')).toMatch(/web\.1: up .*\n[^]*Warning: docker: stuck, /);
    expect((await app.get('/')).status).toBe(200);
    relay.release();
    await push.until('Docker answers again.');
    expect((await push.ended).output).toContain('Verifying deploy... done.');
    await platform.healthy();
    await late.remove();
  });
});

/** What it prints, its warnings last. */
async function paas(command: string): Promise<string> {
  const env = {
    ...process.env,
    HOME: platform.home,
    SLIPWAY_HOME: platform.home,
    PAAS_API_KEY: platform.token,
    PAAS_API_URL: platform.apiUrl,
  };
  const { stdout, stderr } = await promisify(execFile)(resolve('bin/paas'), command.split(' '), { env });
  return stdout + stderr;
}

async function health(): Promise<string> {
  const answer = await fetch(`${platform.apiUrl}/healthz`);
  return `${answer.status} ${await answer.text()}`;
}

function pidIn(file: string): number {
  return Number(readFileSync(join(platform.home, file), 'utf8').split('\n')[0]);
}

function redisSocket(): string {
  const args = readFileSync(`/proc/${pidIn('redis/redis.pid')}/cmdline`, 'utf8').split('\0');
  return /unixsocket:(\S+)/.exec(args.join(' '))?.[1] ?? join(platform.home, 'redis/redis.sock');
}

function files(text: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'outages', version: '1.0.0', scripts: { start: 'node index.js' } }),
    'index.js': `require('http').createServer((_, res) => res.end(${JSON.stringify(text)})).listen(process.env.PORT);\n`,
  };
}
