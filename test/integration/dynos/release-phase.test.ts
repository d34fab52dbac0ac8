// The release process: run once before a release is current, followed live, and found again by another manager.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOutput } from '../../../src/bus/output.js';
import type { App } from '../../../src/model/app.js';
import { readReleaseOutput } from '../../../src/store/app/release-outputs.js';
import { findReleaseById } from '../../../src/store/app/releases.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

const status = async (id: string) => (await findReleaseById(home.ctx.store, id))?.status;
const said = async (id: string) => (await readOutput(home.ctx.bus, id)).chunks.map((chunk) => chunk.text).join('');
const left = async (app: App) =>
  (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id && each.Labels['slipway.dyno']?.startsWith('release.'))
    .length;

test('runs with the new release before any dyno does, and its output is kept', async () => {
  const app = await home.newApp();
  const release = await home.deploy(
    app,
    { 'index.html': 'x' },
    { web: SERVE, release: 'echo migrating $HEROKU_RELEASE_VERSION héllo; sleep 0.3; echo oops >&2; sleep 0.3; echo $DYNO' },
  );
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  expect(await status(release.id)).toBe('succeeded');
  const output = await said(release.id);
  expect(output).toMatch(/^migrating v3 héllo\noops\nrelease\.\d{4}\n$/);
  expect(await readReleaseOutput(home.ctx.store, release.id)).toBe(output);
  expect((await readOutput(home.ctx.bus, release.id)).chunks.at(-1)?.end).toBe(true);
  const log = await home.log(app);
  const name = /release\.\d{4}/.exec(output)?.[0];
  const lines = [
    'app[api]: Running release v3 commands by user jane@example.com',
    `heroku[${name}]: State changed from starting to up`,
    `heroku[${name}]: Process exited with status 0`,
    `heroku[${name}]: State changed from up to complete`,
  ];
  expect(log.filter((line) => lines.includes(line))).toEqual(lines);
  expect(log).toContain(`app[${name}]: migrating v3 héllo`);
  expect(log.indexOf(`heroku[${name}]: State changed from up to complete`)).toBeLessThan(
    log.indexOf('heroku[web.1]: State changed from down to starting'),
  );
  await until(() => left(app)).toBe(0);
});

test('goes on under another manager, said once from beginning to end', async () => {
  const app = await home.newApp();
  const release = await home.deploy(
    app,
    { 'index.html': 'x' },
    { web: SERVE, release: 'for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.3; done' },
  );
  await until(() => said(release.id)).toContain('3\n');
  await home.stopManager();
  expect(await status(release.id)).toBe('pending');
  home.startManager();
  await until(() => status(release.id)).toBe('succeeded');
  expect(await said(release.id)).toBe('1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n');
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
});

test('that ended while no manager was there counts', async () => {
  const app = await home.newApp();
  const release = await home.deploy(app, { 'index.html': 'x' }, { web: SERVE, release: 'echo begun; sleep 1.5; echo done; exit 4' });
  await until(() => said(release.id)).toContain('begun\n');
  await home.stopManager();
  await until(async () => (await home.containers()).find((each) => each.Labels['slipway.app'] === app.id)?.State).toBe('exited');
  home.startManager();
  await until(() => status(release.id)).toBe('failed');
  expect(await said(release.id)).toBe('begun\ndone\n');
});

test('of two releases of one app the second waits for the first', async () => {
  const app = await home.newApp();
  const types = { web: SERVE, release: 'echo from $(date +%s%N); sleep 1; echo to $(date +%s%N)' };
  const first = await home.deploy(app, { 'index.html': '1' }, types);
  const second = await home.deploy(app, { 'index.html': '2' }, types);
  await until(() => status(second.id)).toBe('succeeded');
  expect(await status(first.id)).toBe('succeeded');
  const time = (text: string, word: string) => BigInt(new RegExp(`${word} (\\d+)`).exec(text)?.[1] ?? 0);
  expect(time(await said(second.id), 'from') > time(await said(first.id), 'to')).toBe(true);
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
});
