// Spare dynos: the next release's first dyno is there before the release is, and nobody notices but by its speed.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { scale } from '../../../src/actions/app/scale.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import type { App } from '../../../src/model/app.js';
import type { SlugLayer } from '../../../src/model/build/slug.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'echo "$GREETING" >/tmp/greeting; cp version.txt /tmp; cd /tmp; exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome({ spareDynos: 10 });
});
afterAll(() => home.close());

/** Docker lists a container some moments before it knows it by its id. */
const containersOf = async (app: App) =>
  (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id && each.State !== 'created');
/** Releases that the app's containers are for. */
const releasesOf = async (app: App) => (await containersOf(app)).map((each) => each.Labels['slipway.release']).sort();
const read = async (app: App, file: string) => (await fetch(`${(await home.urls(app))[0]}/${file}`)).text();

/** What the platform says of web.1. */
const storyOf = async (app: App) =>
  (await home.log(app)).filter((line) => line.startsWith('heroku[web.1]')).map((line) => line.replace(/^\S+ /, ''));

/** An app whose dyno is up, with a spare one for its next release. */
async function serving(): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, { 'version.txt': 'one' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await until(() => releasesOf(app)).toEqual(['v3', 'v4']);
  return app;
}

test('the next release takes it, with its own files, command and config vars; another is made', async () => {
  const app = await serving();
  const spare = (await containersOf(app)).find((each) => each.Labels['slipway.release'] === 'v4');
  expect(await home.states(app)).toEqual(['web.1 up v3']);
  expect(JSON.stringify(await home.engine.getContainer(spare!.Id).inspect())).not.toContain('http.server');
  await home.deploy(app, { 'version.txt': 'two' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  expect(await read(app, 'version.txt')).toBe('two');
  expect((await home.rows(app))[0]).toMatchObject({ containerId: spare!.Id, id: spare!.Labels['slipway.dyno-id'] });
  await until(() => releasesOf(app)).toEqual(['v4', 'v5']);
  const [running] = await home.rows(app);
  await setConfigVars(home.ctx, app, home.user, { GREETING: 'hi there' });
  await until(() => home.states(app)).toEqual(['web.1 up v5']);
  expect(await read(app, 'greeting')).toBe('hi there\n');
  expect((await home.rows(app))[0]!.id).not.toBe(running!.id);
});

describe('a new app', () => {
  const layer = async (files: Record<string, string>, key?: string): Promise<SlugLayer> => {
    const { digest, diffId, size } = await home.store(files, key ? {} : { root: 'opt' });
    return { digest, diffId, size, ...(key && { key, isWritable: true }) };
  };
  const serve = { web: SERVE.replace('version.txt', '*.txt /opt/*.txt') };
  /** Deploys an app whose slug rests on these. */
  async function deployOn(app: App, version: string, base: SlugLayer[]): Promise<void> {
    await home.release(app, await home.store({ 'version.txt': version }), serve, base);
  }

  test('has one on the runtimes of what was deployed last, which unpacks what its image lacks', async () => {
    const runtime = await layer({ 'runtime.txt': 'a runtime' });
    await deployOn(await home.newApp(), 'of another', [runtime, await layer({ 'packages.txt': 'of another' }, 'theirs')]);
    const app = await home.newApp();
    await until(() => releasesOf(app)).toEqual(['v3']);
    const [spare] = await containersOf(app);
    const base = [runtime, await layer({ 'packages.txt': 'packages', 'version.txt': 'none yet' }, 'its own')];
    await deployOn(app, 'one', base);
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect((await home.rows(app))[0]).toMatchObject({ containerId: spare!.Id });
    expect([await read(app, 'runtime.txt'), await read(app, 'packages.txt'), await read(app, 'version.txt')]).toEqual([
      'a runtime',
      'packages',
      'one',
    ]);
    await until(() => releasesOf(app)).toEqual(['v3', 'v4']);
    await deployOn(app, 'two', base);
    await until(() => home.states(app)).toEqual(['web.1 up v4']);
    expect([await read(app, 'packages.txt'), await read(app, 'version.txt')]).toEqual(['packages', 'two']);
  });

  test("does without it when its slug rests on a second runtime: those are root's, and its first start is the only one", async () => {
    const [runtime, manager] = [await layer({ 'runtime.txt': 'a runtime' }), await layer({ 'bin/manager.txt': 'a manager' })];
    const other = await home.newApp();
    await deployOn(other, 'of another', [runtime]);
    await until(() => home.states(other)).toEqual(['web.1 up v3']);
    const app = await home.newApp();
    await until(() => releasesOf(app)).toEqual(['v3']);
    await deployOn(app, 'one', [runtime, manager, await layer({ 'packages.txt': 'packages' }, 'its own')]);
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect([await read(app, 'runtime.txt'), await read(app, 'packages.txt'), await read(app, 'version.txt')]).toEqual([
      'a runtime',
      'packages',
      'one',
    ]);
    expect((await storyOf(app)).filter((line) => !line.startsWith('State changed'))).toEqual([
      `Starting process with command \`${serve.web}\``,
    ]);
  });

  test('does without it when its slug rests on something else', async () => {
    const app = await home.newApp();
    await until(() => releasesOf(app)).toEqual(['v3']);
    const [spare] = await containersOf(app);
    await deployOn(app, 'one', [await layer({ 'runtime.txt': 'another' })]);
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect([await read(app, 'runtime.txt'), await read(app, 'version.txt')]).toEqual(['another', 'one']);
    expect((await home.rows(app))[0]!.containerId).not.toBe(spare!.Id);
    await until(async () => (await containersOf(app)).map(({ Id }) => Id)).not.toContain(spare!.Id);
  });
});

describe("files that can't be unpacked come with the image instead, and nobody is told of a crash", () => {
  test.each([
    ['web', { web: SERVE }],
    ['release', { web: SERVE, release: 'cat version.txt; echo' }],
    ['worker', { worker: 'cat version.txt; echo; sleep 1000' }],
  ])('of a %s process', async (type, processTypes) => {
    const app = await home.newApp();
    const base = await home.store({ 'kept.txt': 'kept' }, { mode: 0o555 });
    await home.release(app, await home.store({ 'version.txt': 'one', 'sub/kept.txt': 'more' }), processTypes as Record<string, string>, [
      { ...base, key: 'sealed' },
    ]);
    if (type === 'worker')
      await until(() => scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1 }]).catch(() => null)).not.toBe(null);
    await until(() => home.states(app)).toEqual([`${type === 'worker' ? 'worker' : 'web'}.1 up v3`]);
    await until(() => home.log(app)).toContainEqual(
      type === 'web' ? 'heroku[web.1]: State changed from starting to up' : expect.stringMatching(/^app\[\w+\.\d+\]: one$/),
    );
    const log = await home.log(app);
    expect(log.filter((line) => /tar:|crashed|status [^0]/.test(line))).toEqual([]);
    expect(log.filter((line) => line.startsWith(`heroku[${type}`) && line.includes('Starting process'))).toHaveLength(1);
  });
});

test('a slug that is too large to be unpacked does without it, of a new app and of one that runs', async () => {
  const noise = () => randomBytes(9 * 1024 * 1024);
  const other = await serving();
  const app = await home.newApp();
  await until(() => releasesOf(app)).toEqual(['v3']);
  await home.deploy(app, { 'version.txt': 'one', noise: noise() }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  expect(await read(app, 'version.txt')).toBe('one');
  await home.deploy(other, { 'version.txt': 'two', noise: noise() }, { web: SERVE });
  await until(() => home.states(other)).toEqual(['web.1 up v4']);
  expect(await read(other, 'version.txt')).toBe('two');
  expect((await home.log(other)).filter((line) => line.includes('Error R'))).toEqual([]);
});

test('a release that is made otherwise does without it', async () => {
  const app = await serving();
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 1, size: 'Standard-2X' }]);
  await until(async () => (await home.rows(app)).map((row) => `${row.state} ${row.size}`)).toEqual(['up Standard-2X']);
  await home.deploy(app, { 'version.txt': 'two' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  expect(await read(app, 'version.txt')).toBe('two');
  const [row] = await home.rows(app);
  expect((await home.engine.getContainer(row!.containerId!).inspect()).HostConfig.Memory).toBe(1024 ** 3);
});

test('one that ended, or whose manager did, costs nothing but time', async () => {
  const app = await serving();
  const [spare] = (await containersOf(app)).filter((each) => each.Labels['slipway.release'] === 'v4');
  // It is there before it runs.
  await until(async () => (await home.engine.getContainer(spare!.Id).inspect()).State.Running).toBe(true);
  await home.engine.getContainer(spare!.Id).kill();
  await home.deploy(app, { 'version.txt': 'two' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  await until(() => releasesOf(app)).toEqual(['v4', 'v5']);
  await home.stopManager();
  expect(await releasesOf(app)).toEqual(['v4']);
  home.startManager();
  await home.deploy(app, { 'version.txt': 'three' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v5']);
  expect(await read(app, 'version.txt')).toBe('three');
  expect((await home.log(app)).filter((line) => line.includes('crashed'))).toEqual([]);
});

test('it goes with its app, and when nothing is to run any more', async () => {
  const app = await serving();
  const other = await serving();
  await destroyApp(home.ctx, app);
  await scale(home.ctx, other, home.user, [{ type: 'web', quantity: 0 }]);
  await until(async () => [...(await containersOf(app)), ...(await containersOf(other))].length).toBe(0);
});

test('with no room, the oldest makes way for one that can be prepared, and for no other', { timeout: 60_000 }, async () => {
  await home.close();
  home = await openHome({ spareDynos: 1 });
  const app = await serving();
  const isOld = sleep(5_500);
  const empty = await home.newApp();
  await isOld;
  await home.ctx.bus.publish('build-started', { appId: empty.id });
  await sleep(1_000);
  expect(await releasesOf(app)).toEqual(['v3', 'v4']);
  await serving();
  await until(() => releasesOf(app)).toEqual(['v3']);
});
