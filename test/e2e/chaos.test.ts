// kill -9 at random moments, whatever goes on, and an engine that is away: everything comes back by itself, once, and nothing is left
// over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_LABEL, ofHome } from '../../src/docker/labels.js';
import { openEngineRelay, type EngineRelay } from '../integration/dynos/engine-relay.js';
import { testEngine } from '../support/engine.js';
import { startPlatform, type Platform, type ProcessName } from '../support/platform.js';
import { keepRequesting } from '../support/requests.js';
import { untilSo } from '../support/until.js';
import { anApp, type Workspace } from '../support/workspace.js';
import { makeRandom } from '../unit/fuzz/random.js';

/** 50 in the long run of tests. */
const MOMENTS = Number(process.env['SLIPWAY_TEST_MOMENTS'] ?? 10);
/** Names the moments: always the same in `npm test`, others in each long run, unless one before is to be repeated. */
const SEED = Number(process.env['SLIPWAY_TEST_SEED'] ?? (MOMENTS === 10 ? 518_596 : randomInt(1, 1_000_000)));
const SETTLES_WITHIN_MS = 150_000;
const DOCKER_AWAY_MS = 2_000;
const LATEST_MS = 2_500;

const PROCESSES = ['web', 'builder', 'dynos', 'logplex', 'router'] as const;
const VICTIMS = [...PROCESSES, 'Redis', 'PostgreSQL', 'Docker', 'everything'] as const;
type Victim = (typeof VICTIMS)[number];

const random = makeRandom(SEED);
let relay: EngineRelay;
let platform: Platform;
let app: Workspace;
/** Sleeps unless somebody asks for it. */
let sleeper: Workspace;

beforeAll(async () => {
  relay = await openEngineRelay();
  platform = await startPlatform({ DOCKER_HOST: relay.dockerHost, SLIPWAY_IDLE_AFTER: '4' });
  app = await anApp(platform, 'chaos', {
    Procfile: 'web: exec python3 -m http.server $PORT\nworker: sleep 1000\n',
    'index.html': 'hello',
  });
  expect((await app.push('main')).output).toContain('[new branch]');
  await app.api('PATCH', '/formation', { updates: [{ type: 'worker', quantity: 1 }] });
  sleeper = await anApp(platform, 'sleeper', { Procfile: 'web: exec python3 -m http.server $PORT\n', 'index.html': 'awake' });
  expect((await sleeper.push('main')).output).toContain('[new branch]');
  await sleeper.api('PATCH', '/formation', { updates: [{ type: 'web', size: 'Eco' }] });
  await settled('the first deploy');
});
afterAll(async () => {
  await sleeper?.remove();
  await app?.remove();
  await platform?.stop();
  await relay?.close();
});

/** What goes on when something is killed. A client of the platform's may fail then; whatever it has asked for is done or not. */
const ACTIONS: Record<string, (nr: number) => Promise<unknown>> = {
  async push(nr) {
    await app.commit({ 'version.txt': `${nr}` }, `Moment ${nr}`);
    await app.push('main');
  },
  release: (nr) => app.api('PATCH', '/config-vars', { MOMENT: `${nr}` }),
  scale: () => app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: 1 + random.below(4) }] }),
  restart: () => app.api('DELETE', '/dynos'),
  run: (nr) => app.api('POST', '/dynos', { command: `echo ran-$((${nr})); sleep 1`, attach: false }),
  wake: () => sleeper.get('/'),
};
/** Each third moment is one of these, so that ten have three. */
const OFTEN = 'wake';

/** Which, when and during what; all chosen before anything happens, so that a seed names them. */
const PLAN = Array.from({ length: MOMENTS }, (_, index) => ({
  nr: index + 1,
  // Each of them in turn, so that ten moments meet all.
  victim: VICTIMS[index % VICTIMS.length]!,
  action: index % 3 === 2 ? OFTEN : random.pick(Object.keys(ACTIONS)),
  afterMs: random.below(LATEST_MS),
}));

const pidIn = (file: string) => Number(readFileSync(join(platform.home, file), 'utf8').split('\n')[0]);
const pidsOf = (victim: Victim): number[] => {
  if (victim === 'Docker') return [];
  if (victim === 'Redis') return [pidIn('redis/redis.pid')];
  if (victim === 'PostgreSQL') return [pidIn('postgres/data/postmaster.pid')];
  if (victim === 'everything') return [platform.pid('start'), ...[...PROCESSES, 'Redis' as const, 'PostgreSQL' as const].flatMap(pidsOf)];
  return [platform.pid(victim satisfies ProcessName)];
};

async function strike(victim: Victim): Promise<void> {
  for (const pid of pidsOf(victim)) process.kill(pid, 'SIGKILL');
  if (victim === 'everything') await platform.restart();
  if (victim !== 'Docker') return;
  await relay.cut();
  await sleep(DOCKER_AWAY_MS);
  await relay.join();
}

interface Dyno {
  id: string;
  name: string;
  state: string;
  release: { version: number };
}

/** What isn't as it should be: a dyno that is missing, twice, or of an old release; work that nobody does; a container of nobody's. */
async function wrong(): Promise<string[]> {
  const [ofApp, ofSleeper, containers] = await Promise.all([wrongIn(app), wrongIn(sleeper), platform.containers('slipway.dyno')]);
  const names = [...ofApp.containers, ...ofSleeper.containers];
  // One of each app waits for its next release.
  const strangers = containers.filter((name) => !names.includes(name)).slice(2);
  return [
    ...ofApp.problems,
    ...ofSleeper.problems,
    ...names.filter((name) => !containers.includes(name)).map((name) => `no container: ${name}`),
    ...strangers.map((name) => `of nobody: ${name}`),
  ];
}

/** Of one app, and the containers that it should have. */
async function wrongIn(workspace: Workspace): Promise<{ problems: string[]; containers: string[] }> {
  const [formation, dynos, releases, builds] = await Promise.all([
    workspace.api<{ type: string; quantity: number }[]>('GET', '/formation'),
    workspace.api<Dyno[]>('GET', '/dynos'),
    workspace.api<{ version: number; status: string; current: boolean }[]>('GET', '/releases'),
    workspace.api<{ id: string; status: string }[]>('GET', '/builds'),
  ]);
  const version = releases.find(({ current }) => current)?.version;
  const wanted = formation.flatMap(({ type, quantity }) =>
    Array.from({ length: quantity }, (_, index) => `${type}.${index + 1} v${version}`),
  );
  // Asleep is as good as up: only one of the apps ever is.
  const [there, other] = [dynos.filter(isThere), dynos.filter((dyno) => !isThere(dyno))];
  const found = there.map(({ name, release }) => `${name} v${release.version}`);
  const problems = [
    ...wanted.filter((each) => !found.includes(each)).map((each) => `missing: ${each}`),
    ...found.filter((each, index) => !wanted.includes(each) || found.indexOf(each) !== index).map((each) => `too much: ${each}`),
    ...other.map(({ name, state, release }) => `${name} ${state} v${release.version}`),
    ...releases.filter(({ status }) => status === 'pending').map(({ version: nr }) => `pending: v${nr}`),
    ...builds.filter(({ status }) => status === 'pending').map(({ id }) => `pending: build ${id}`),
  ];
  return { problems, containers: dynos.filter(({ state }) => state !== 'idle').map(({ id }) => `slipway-${id}`) };
}

const isThere = ({ state }: Dyno) => state === 'up' || state === 'idle';

async function asleep(): Promise<void> {
  await untilSo('the sleeper is asleep', async () => (await sleeper.api<Dyno[]>('GET', '/dynos')).every(({ state }) => state === 'idle'));
}

async function settled(what: string): Promise<void> {
  const deadline = Date.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const problems = await wrong().catch((error: Error) => [error.message]);
    if (problems.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${what} (SLIPWAY_TEST_SEED=${SEED}): ${problems.join(', ')}`);
    await sleep(200);
  }
}

test(`${MOMENTS} random moments, SLIPWAY_TEST_SEED=${SEED}`, { timeout: 60_000 + MOMENTS * SETTLES_WITHIN_MS }, async () => {
  for (const { nr, victim, action, afterMs } of PLAN) {
    const what = `moment ${nr}: ${victim === 'Docker' ? 'Docker away' : `kill -9 of ${victim}`}, ${afterMs} ms after the beginning of a ${action}`;
    if (action === 'wake') await asleep();
    const began = Date.now();
    const load = keepRequesting(() => app.get('/'), { lanes: 2 });
    const acting = ACTIONS[action]!(nr).catch((error: Error) => error);
    await sleep(afterMs);
    await strike(victim);
    await acting;
    await platform.healthy();
    await settled(what);
    const answers = await load.stop();
    const failed = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.slice(0, 200)}`);
    if (victim !== 'router' && victim !== 'everything') expect(failed, `${what} (SLIPWAY_TEST_SEED=${SEED})`).toEqual([]);
    for (const each of action === 'wake' ? [app, sleeper] : [app])
      await untilSo(`an answer after ${what}`, () =>
        each
          .get('/')
          .then(({ status }) => status === 200)
          .catch(() => false),
      );
    console.log(`${what}: ${answers.length} requests, settled after ${Date.now() - began} ms`);
  }
  const lines = await logLines();
  for (const { nr } of PLAN) expect(lines.filter((line) => line.endsWith(`: ran-${nr}`)).length).toBeLessThanOrEqual(1);
});

test('when the app is destroyed, nothing is left of it', async () => {
  for (const name of ['chaos', 'sleeper']) await platform.api('DELETE', `/apps/${name}`);
  const engine = testEngine();
  const homeId = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  const ofApps = { filters: ofHome(homeId, APP_LABEL) };
  const left = async () => {
    const containers = await engine.listContainers({ all: true, ...ofApps });
    const { Volumes } = await engine.listVolumes(ofApps);
    return [...containers.flatMap(({ Names }) => Names), ...Volumes.map(({ Name }) => Name)];
  };
  await expect.poll(left, { timeout: SETTLES_WITHIN_MS, interval: 200 }).toEqual([]);
  const networks = await engine.listNetworks({ filters: ofHome(homeId) });
  expect(networks.map(({ Name }) => Name.replace(/.*-/, '')).toSorted()).toEqual(['builds', 'dynos']);
});

async function logLines(): Promise<string[]> {
  const { logplex_url: url } = await app.api<{ logplex_url: string }>('POST', '/log-sessions', { lines: 1_500 });
  return (await (await fetch(url)).text()).split('\n');
}
