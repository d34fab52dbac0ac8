// `npm start` as its operator meets it: what it refuses, what it survives, how it ends.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../../src/start/machine/processes.js';
import { keepRequesting } from '../../support/requests.js';
import { startPlatform, type Platform } from '../../support/platform.js';

const MAIN = resolve(import.meta.dirname, '../../../dist/src/start/main.js');
/** By its clock 5 s, and what a busy machine takes to start a process. */
const GIVES_UP_WITHIN_MS = 30_000;
const PROCESSES = ['web', 'builder', 'dynos', 'logplex', 'router', 'providers'] as const;

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ SLIPWAY_DOMAIN: 'apps.test' });
});
afterAll(() => platform?.stop());

interface Ended {
  code: number;
  output: string;
  ms: number;
}

/** Runs a command of bin/slipway to its end. */
function slipway(command: string, env: Record<string, string>): Promise<Ended> {
  const began = Date.now();
  const ports = { SLIPWAY_API_PORT: '0', SLIPWAY_ROUTER_PORT: '0', SLIPWAY_ROUTER_TLS_PORT: '0' };
  return new Promise((done) => {
    execFile(
      'node',
      [MAIN, ...command.split(' ')],
      { env: { ...process.env, ...ports, ...env }, timeout: 50_000 },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr, ms: Date.now() - began });
      },
    );
  });
}

async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-home-'));
  try {
    return await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

test('the banner tells where everything is and how a first app is pushed', async () => {
  await expect.poll(() => platform.output()).toContain('git push paas main');
  const lines = platform.output().split('\n');
  const at = lines.findIndex((line) => line.startsWith('Slipway is up.'));
  expect(at).toBeGreaterThan(0);
  const banner = lines.slice(at).join('\n');
  for (const text of [
    platform.apiUrl,
    `${platform.gitUrl}/<app>.git`,
    `http://<app>.apps.test:${new URL(platform.routerUrl).port}`,
    `${platform.home}/admin.token`,
    'login --admin',
    'git push paas main',
  ]) {
    expect(banner).toContain(text);
  }
  expect(banner).not.toContain(platform.token);
});

test('the API port speaks TLS too, with a certificate of the private CA', async () => {
  const url = `${platform.apiUrl.replace('http:', 'https:')}/healthz`;
  const status = await new Promise((done, reject) => {
    get(url, { ca: readFileSync(join(platform.home, 'ca.pem')) }, (answer) => done(answer.resume().statusCode)).on('error', reject);
  });
  expect(status).toBe(200);
});

test('a second instance on the same home is refused, and nothing of the first is touched', async () => {
  const second = await slipway('start', { SLIPWAY_HOME: platform.home });
  expect(second.code).toBe(1);
  expect(second.output.trim()).toBe(
    `slipway: Slipway already runs on ${platform.home} (process ${platform.pid('start')}): stop that one (Ctrl-C, or ` +
      `\`npm run down\`), or set SLIPWAY_HOME and other ports.`,
  );
  expect(existsSync(join(platform.home, 'ready.json'))).toBe(true);
  await platform.healthy();
});

test('a port in use is named, with its variable and who holds it', () =>
  withHome(async (home) => {
    const { port } = new URL(platform.apiUrl);
    const { code, output, ms } = await slipway('start', { SLIPWAY_HOME: home, SLIPWAY_API_PORT: port });
    expect(code).toBe(1);
    expect(output.trim()).toMatch(
      new RegExp(
        `^slipway: Port ${port} is in use by \\S+ \\(process ${platform.pid('web')}\\): stop that program, or set ` +
          `SLIPWAY_API_PORT to another port`,
      ),
    );
    expect(ms).toBeLessThan(GIVES_UP_WITHIN_MS);
  }));

test.each([
  ['DATABASE_URL', 'postgres://me:secret@127.0.0.1:1/db'],
  ['REDIS_URL', 'redis://:secret@127.0.0.1:1'],
])("a %s that can't be reached is told in one line, soon", (variable, url) =>
  withHome(async (home) => {
    const { code, output, ms } = await slipway('start', { SLIPWAY_HOME: home, [variable]: url });
    expect(code).toBe(1);
    expect(output.trim()).toMatch(new RegExp(`^slipway: ${variable} \\(127\\.0\\.0\\.1:1.* can't be used: .*ECONNREFUSED`));
    expect(output).not.toContain('secret');
    expect(ms).toBeLessThan(GIVES_UP_WITHIN_MS);
  }),
);

test("of two stores that can't be reached both are told", () =>
  withHome(async (home) => {
    const { code, output } = await slipway('start', {
      SLIPWAY_HOME: home,
      DATABASE_URL: 'postgres://me@127.0.0.1:1/db',
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/DATABASE_URL \(.* can't be used:[^]*REDIS_URL \(.* can't be used:/);
  }));

test("an option that isn't there is told", async () => {
  expect(await slipway('start --verbos', {})).toMatchObject({
    code: 1,
    output: '\nslipway: start has no option --verbos, only --verbose.\n',
  });
  expect(await slipway('down --all', {})).toMatchObject({ code: 1, output: '\nslipway: down has no option --all.\n' });
});

test('a store that accepts and never answers is given up', () =>
  withHome(async (home) => {
    const mute = createServer(() => undefined);
    await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
    const address = mute.address();
    const { code, ms } = await slipway('start', {
      SLIPWAY_HOME: home,
      REDIS_URL: `redis://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`,
    });
    mute.close();
    expect(code).toBe(1);
    expect(ms).toBeLessThan(GIVES_UP_WITHIN_MS);
  }));

test("settings that can't be used are listed together", async () => {
  const { code, output } = await slipway('start', { SLIPWAY_HOME: 'relative', SLIPWAY_API_PORT: '99999' });
  expect(code).toBe(1);
  expect(output).toMatch(/SLIPWAY_HOME: must be an absolute path[^]*SLIPWAY_API_PORT/);
});

test("a stack that isn't there is told", () =>
  withHome(async (home) => {
    const { code, output } = await slipway('start', { SLIPWAY_HOME: home, SLIPWAY_STACK_IMAGE: join(home, 'no.tar') });
    expect(code).toBe(1);
    expect(output.trim()).toBe(`slipway: SLIPWAY_STACK_IMAGE=${home}/no.tar: there is no such file.`);
  }));

test('down on a home where nothing was ever started does nothing', () =>
  withHome(async (home) => {
    expect(await slipway('down', { SLIPWAY_HOME: join(home, 'none') })).toMatchObject({
      code: 0,
      output: `Nothing was ever started on ${home}/none.\n`,
    });
  }));

test.each(PROCESSES)('a killed %s is back, and all is healthy', async (name) => {
  await platform.kill(name);
  await platform.healthy();
});

test.each([
  ['PostgreSQL', 'postgres/data/postmaster.pid'],
  ['Redis', 'redis/redis.pid'],
])('a killed %s is back, and all is healthy', async (_, file) => {
  const pid = Number(readFileSync(join(platform.home, file), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => {
      const now = existsSync(join(platform.home, file)) ? Number(readFileSync(join(platform.home, file), 'utf8').split('\n')[0]) : 0;
      return now !== 0 && now !== pid && isAlive(now);
    })
    .toBe(true);
  await platform.healthy();
  expect(await platform.api('GET', '/apps')).toEqual([]);
});

test('Ctrl-C ends everything in time; the next start takes the same home up again', async () => {
  const pids = [...PROCESSES.map((name) => platform.pid(name)), Number(readFileSync(join(platform.home, 'redis/redis.pid'), 'utf8'))];
  const { code, stopMs } = await platform.restart();
  expect(code).toBe(0);
  expect(stopMs).toBeLessThan(20_000);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await platform.api('GET', '/account')).toMatchObject({ email: expect.any(String) });
});

test('what a killed foreman left behind is replaced by the next start; the router serves until another does', async () => {
  const left = PROCESSES.map((name) => platform.pid(name));
  const redis = readFileSync(join(platform.home, 'redis/redis.pid'), 'utf8');
  const load = keepRequesting(() =>
    fetch(platform.routerUrl).then(async (answer) => ({ status: answer.status, body: await answer.text() })),
  );
  process.kill(platform.pid('start'), 'SIGKILL');
  await expect.poll(() => isAlive(platform.pid('start'))).toBe(false);
  expect(left.every(isAlive)).toBe(true);
  await platform.restart();
  await expect.poll(() => left.some(isAlive)).toBe(false);
  await load.more(20);
  const answers = await load.stop();
  expect(answers.filter((answer) => answer.status !== 404)).toEqual([]); // No app lives there, which only a router says.
  expect(readFileSync(join(platform.home, 'redis/redis.pid'), 'utf8')).toBe(redis);
  expect(platform.output()).toContain('Stopped what an earlier instance left running');
});

test('down stops a running platform and leaves nothing in Docker; the data stays', async () => {
  const { code, output } = await slipway('down', { SLIPWAY_HOME: platform.home });
  expect(code).toBe(0);
  expect(output).toContain(`Stopping the platform (process ${platform.pid('start')})`);
  expect(isAlive(platform.pid('start'))).toBe(false);
  expect(await platform.containers()).toEqual([]);
  expect(existsSync(join(platform.home, 'ready.json'))).toBe(false);
  expect(statSync(join(platform.home, 'secret.key')).size).toBe(65);
});
