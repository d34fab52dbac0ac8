// Redis away, and Redis without room: what web, builder, dynos, router and logplex do meanwhile, as processes, and afterwards.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ofHome } from '../../src/docker/labels.js';
import { readMemory } from '../../src/bus/redis-memory.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRelay, type Relay } from '../integration/dynos/relay.js';
import { testEngine } from '../support/engine.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { keepRequesting } from '../support/requests.js';
import { openShell, type Shell } from '../support/shell.js';
import { startStores, type TestStores } from '../support/stores.js';
import { anApp, type Workspace } from '../support/workspace.js';

const OURS = ['web', 'builder', 'dynos', 'logplex', 'router'] as const;
const SERVES = { Procfile: 'web: python3 -u -m http.server $PORT\n', 'index.html': 'serves' };
const BUILDS = { 'package.json': JSON.stringify({ name: 'b', version: '1.0.0', scripts: { build: 'echo begins; sleep 5; echo ends' } }) };

let stores: TestStores;
let relay: Relay;
let redis: Redis;
let platform: Platform;
let steady: Workspace;
let crashing: Workspace;
let shell: Shell;

beforeAll(async () => {
  stores = await startStores();
  relay = await openRelay(stores.redisUrl);
  redis = new Redis(stores.redisUrl);
  platform = await startPlatform({ REDIS_URL: relay.path });
  [steady, crashing] = await Promise.all([anApp(platform, 'steady', SERVES), anApp(platform, 'crashing', SERVES)]);
  for (const app of [steady, crashing]) expect((await app.push('main')).code).toBe(0);
  shell = await openShell({ PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token, PAAS_APP: 'steady' });
});

afterAll(async () => {
  await shell?.remove();
  await Promise.all([steady?.remove(), crashing?.remove()]);
  await platform?.stop();
  redis?.disconnect();
  await relay?.close();
  await stores?.stop();
});

const until = (read: () => unknown) => expect.poll(read, { timeout: 60_000, interval: 200 });

async function health(): Promise<string> {
  const answer = await fetch(`${platform.apiUrl}/healthz`);
  return `${answer.status} ${await answer.text()}`;
}

/** Leaves it no byte. */
async function fill(): Promise<void> {
  const { used } = readMemory(await redis.info('memory'));
  await redis.config('SET', 'maxmemory', used - 1_000_000);
}

async function killDyno(): Promise<void> {
  const homeId = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  const [dyno] = await crashing.api<{ id: string }[]>('GET', '/dynos');
  const [found] = await testEngine().listContainers({ filters: ofHome(homeId, `slipway.dyno-id=${dyno!.id}`) });
  await testEngine().getContainer(found!.Id).kill();
}

it.each<[string, () => Promise<unknown>, () => Promise<unknown>, RegExp]>([
  ['away', () => relay.cut(), () => relay.join(), /^503 .*redis: not reachable/],
  ['full', fill, () => redis.config('SET', 'maxmemory', 0), /^503 .*redis: full/],
])('%s: each process goes on, says so, and recovers', async (what, take, giveBack, told) => {
  const pids = OURS.map((name) => platform.pid(name));
  const building = await anApp(platform, `building-${what}`, BUILDS);
  const tail = shell.start('paas logs --tail');
  const push = building.startPush('main');
  await push.until('begins');
  const load = keepRequesting(() => steady.get('/'));
  await take();

  await until(health).toMatch(told);
  await killDyno();
  await until(async () => (await crashing.get('/')).status).toBe(200);
  expect((await steady.api<{ state: string }[]>('GET', '/dynos')).map(({ state }) => state)).toEqual(['up']);
  expect(await shell.run('paas config:set A=1')).toMatchObject({ code: 2, stderr: expect.stringMatching(/Redis/) });

  await giveBack();
  await until(health).toMatch(/^200 /);
  const ended = await push.ended;
  expect(ended.output).toContain('[new branch]      main -> main');
  await steady.get('/afterwards');
  await tail.until('path="/afterwards"', 60_000);
  tail.interrupt();
  await tail.ended;
  expect(await shell.run('paas config:set A=1')).toMatchObject({ code: 0 });
  expect((await load.stop()).filter(({ status }) => status !== 200)).toEqual([]);
  expect(OURS.map((name) => platform.pid(name))).toEqual(pids);
  await building.remove();
});
