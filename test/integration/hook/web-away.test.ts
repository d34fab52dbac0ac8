// The platform, or a part of it, goes away in the middle of a push: what the pusher is told and what runs agree.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PlatformError } from '../../../src/model/errors.js';
import { findBuild, listPendingBuilds } from '../../../src/store/build/builds.js';
import { embeddedPostgres } from '../../../src/start/stores/embedded-postgres.js';
import { startStores } from '../../support/stores.js';
import { git, openWeb, startGit, type OpenWeb } from './open-web.js';

test('a push ends when web stops, and leaves nothing that runs', async () => {
  const web = await openWeb();
  const app = await web.anApp('cut-off');
  const { dir } = await aTree(web);
  const pushing = git(dir, 'push', web.remote('cut-off'), 'main');
  await web.takeBuild(app);
  const began = performance.now();
  await web.web.stop();
  const push = await pushing;
  expect(push.code).not.toBe(0);
  expect(push.output).toMatch(/hung up|disconnect|early EOF|RPC failed/);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(await readdir(join(web.dir, 'run/pushes'))).toEqual([]);
  await expect.poll(hooksOf(app.id)).toBe(0);
  await web.stop();
}, 180_000);

test('a push that was cut off after its release was made: its ref is there for whoever comes next', async () => {
  const web = await openWeb();
  const app = await web.anApp('narrow');
  const { dir, commit } = await aTree(web);
  const first = git(dir, 'push', web.remote('narrow'), 'main');
  await web.succeed(await web.takeBuild(app));
  await web.web.stop();
  expect((await first).code).not.toBe(0);
  await web.reopen();
  expect((await git(dir, 'ls-remote', web.remote('narrow'))).output).toBe(`${await commit()}\tHEAD\n${await commit()}\trefs/heads/main\n`);
  expect((await git(dir, 'fetch', web.remote('narrow'))).code).toBe(0);

  await git(dir, 'commit', '-q', '--allow-empty', '-m', 'Second');
  const second = startGit(dir, 'push', web.remote('narrow'), 'main');
  await web.succeed(await web.takeBuild(app));
  second.interrupt();
  await second.ended;
  await expect
    .poll(async () => (await git(dir, 'ls-remote', web.remote('narrow'), 'main')).output)
    .toBe(`${await commit()}\trefs/heads/main\n`);

  await git(dir, 'commit', '-q', '--allow-empty', '-m', 'Third');
  const third = git(dir, 'push', web.remote('narrow'), 'main');
  await web.finish(await web.succeed(await web.takeBuild(app)), 'succeeded', 'up');
  expect((await third).code).toBe(0);
  await expect.poll(() => readdir(join(web.dir, 'repos', `${app.id}.git`))).not.toContain('slipway-push');
  await web.stop();
}, 180_000);

test('PostgreSQL dies while a build runs: the push waits for it, and is told how the build ended', async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-outage-'));
  chmodSync(home, 0o711);
  const [stores, postgres] = [await startStores(), embeddedPostgres({ dir: join(home, 'postgres'), id: basename(home) })];
  await postgres.start();
  const web = await openWeb({ stores: { ...stores, databaseUrl: postgres.url } });
  const app = await web.anApp('patient');
  const { dir, commit } = await aTree(web);
  const push = startGit(dir, 'push', web.remote('patient'), 'main');
  const build = await web.takeBuild(app);
  await web.say(build.id, 'Compiling...\n');
  await push.until('Compiling...');
  await postgres.stop();
  await sleep(3_000);
  await postgres.start();
  await web.finish(await web.succeed(build), 'succeeded', 'up');
  expect(await push.ended).toMatchObject({ code: 0, remote: expect.stringContaining('Verifying deploy... done.') });
  expect((await git(dir, 'ls-remote', web.remote('patient'), 'main')).output).toContain(await commit());
  await web.stop();
  await Promise.all([postgres.stop(), stores.stop()]);
  rmSync(home, { recursive: true, force: true });
}, 180_000);

test('a build that was recorded, though the push was told that it could not be, is ended before the push is refused', async () => {
  const web = await openWeb();
  const app = await web.anApp('recorded');
  const { dir } = await aTree(web);
  const { enqueue } = web.ctx.queue;
  let recorded = '';
  web.ctx.queue.enqueue = async () => {
    const [build] = await listPendingBuilds(web.ctx.store, app.id);
    if (build) recorded = build.id;
    throw new PlatformError('unavailable', 'The platform cannot reach Redis right now. Try again in a moment.');
  };
  const push = await git(dir, 'push', web.remote('recorded'), 'main');
  web.ctx.queue.enqueue = enqueue;
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining('cannot reach Redis') });
  expect(await findBuild(web.ctx.store, recorded)).toMatchObject({ status: 'failed' });
  await web.stop();
}, 180_000);

async function aTree(web: OpenWeb): Promise<{ dir: string; commit(): Promise<string> }> {
  const dir = join(web.dir, 'tree');
  await mkdir(dir);
  await git(dir, 'init', '-q', '-b', 'main');
  await writeFile(join(dir, 'index.html'), 'hello');
  await git(dir, 'add', '-A');
  await git(dir, 'commit', '-q', '-m', 'First');
  return { dir, commit: async () => (await git(dir, 'rev-parse', 'HEAD')).output.trim() };
}

/** How many processes work in the app's repository. */
function hooksOf(appId: string): () => Promise<number> {
  return async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
    return places.filter((place) => place.includes(appId)).length;
  };
}
