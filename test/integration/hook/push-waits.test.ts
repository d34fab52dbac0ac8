// What a push waits for: another push, a build, its release, its dynos; and what it then says.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { platformLine } from '../../../src/model/logs/log-line.js';
import { findBuild, listBuilds } from '../../../src/store/build/builds.js';
import { untilSo } from '../../support/until.js';
import { aTree, deployed } from './a-tree.js';
import { git, openWeb, startGit, type OpenWeb } from './open-web.js';

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb();
}, 60_000);
afterAll(() => web?.stop());

test('two pushes of one commit line: the second waits, and builds what it brings', async () => {
  const tree = await aTree(web, 'turns');
  await deployed(web, tree);
  await tree.commit({ 'a.txt': '1' }, 'One');
  const first = tree.push('main');
  const build = await web.takeBuild(tree.app);

  const other = join(web.dir, 'trees/turns-other');
  await git(web.dir, 'clone', '-q', web.remote('turns'), other);
  await git(other, 'commit', '-q', '--allow-empty', '-m', 'Other');
  const second = startGit(other, 'push', web.remote('turns'), 'main');
  await second.until('Another build of turns');
  await web.finish(await web.succeed(build), 'succeeded', 'up');
  expect((await first).code).toBe(0);
  const late = await second.ended;
  expect(late.code).toBe(1);
  expect(late.remote).toBe(
    'Another build of turns is in progress; waiting for it to finish...\n' +
      ' !     main has moved: another push was deployed while this one waited.\n' +
      ' !     Fetch it (git fetch), merge or rebase, and push again.',
  );
  expect(await listBuilds(web.ctx.store, tree.app.id)).toHaveLength(2);
});

test('a push that waited for one that failed goes on', async () => {
  const tree = await aTree(web, 'after-failure');
  const first = tree.push('main');
  const build = await web.takeBuild(tree.app);
  const second = startGit(tree.dir, 'push', web.remote('after-failure'), 'main');
  await second.until('Another build of after-failure');
  await web.fail(build, 'no\n');
  expect((await first).code).toBe(1);
  const again = await web.takeBuild(tree.app);
  expect(again.id).not.toBe(build.id);
  await web.finish(await web.succeed(again), 'succeeded', 'up');
  expect(await second.ended).toMatchObject({
    code: 0,
    remote: expect.stringMatching(/^Another build of after-failure is in progress; waiting for it to finish\.\.\.\nCompressing/),
  });
});

test('a push waits for a build that was started through the API', async () => {
  const tree = await aTree(web, 'beside-api');
  await startBuild(web.ctx, {
    app: tree.app,
    user: web.user,
    origin: 'api',
    source: 'https://example.com/x.tgz',
    commit: null,
    description: null,
  });
  const other = await web.takeBuild(tree.app);
  const pushing = startGit(tree.dir, 'push', web.remote('beside-api'), 'main');
  await pushing.until('Another build of beside-api');
  await web.fail(other, 'no');
  const build = await web.takeBuild(tree.app);
  expect(build.origin).toBe('git');
  await web.finish(await web.succeed(build), 'succeeded', 'up');
  expect(await pushing.ended).toMatchObject({
    code: 0,
    remote: expect.stringMatching(
      /^Compressing source files\.\.\. done\.\nAnother build of beside-api is in progress; waiting for it to finish\.\.\.\nBuilding source:/,
    ),
  });
});

test('Ctrl-C cancels the build, and the next push goes through', async () => {
  const tree = await aTree(web, 'interrupted');
  const push = startGit(tree.dir, 'push', web.remote('interrupted'), 'main');
  const build = await web.takeBuild(tree.app);
  push.interrupt();
  await untilSo('its build has ended', async () => (await findBuild(web.ctx.store, build.id))?.status !== 'pending');
  expect(await findBuild(web.ctx.store, build.id)).toMatchObject({ status: 'failed', failure: 'The push was interrupted.' });
  expect(await tree.remoteRefs()).toBe('');
  await deployed(web, tree);
});

test('a release command is told after the deploy; its failure leaves the push standing', async () => {
  const tree = await aTree(web, 'release');
  const types = { web: 'x', release: 'migrate' };
  const pushing = tree.push('main');
  const build = await web.takeBuild(tree.app);
  await web.say(build.id, '       Released v1\n\n');
  const release = await web.succeed(build, types);
  await sleep(300);
  await web.say(release.id, 'Migrating...\n');
  await web.endOutput(release, 'succeeded', 'up');
  expect(await pushing).toMatchObject({
    code: 0,
    remote: expect.stringMatching(
      /\n\nVerifying deploy\.\.\. done\.\nRunning release command\.\.\.\n\nMigrating\.\.\.\nWaiting for release\.\.\.\. done\.$/,
    ),
  });

  await tree.commit({ 'a.txt': '1' }, 'Again');
  const second = tree.push('main');
  const failing = await web.succeed(await web.takeBuild(tree.app), types);
  await web.say(failing.id, 'boom');
  await web.endOutput(failing, 'failed');
  expect(await second).toMatchObject({
    code: 0,
    remote: expect.stringMatching(
      /Running release command\.\.\.\n\nboom\nWaiting for release\.\.\.\. failed\.\n !     v4 was not released; what ran before goes on\.\n !     Scripts hear of it by the exit status of: paas releases:wait v4 -a release$/,
    ),
  });
  expect(await tree.remoteRefs()).toContain((await git(tree.dir, 'rev-parse', 'HEAD')).output.trim());
});

test('a web process that crashes is told, with its reason; the push stands', async () => {
  const tree = await aTree(web, 'crash');
  const pushing = tree.push('main');
  const release = await web.succeed(await web.takeBuild(tree.app));
  for (const text of [
    'Process exited with status 9',
    'Starting process with command `node server.js`',
    'Process exited with status 1',
    'State changed from starting to crashed',
  ]) {
    web.ctx.lines.write(tree.app.id, platformLine(Date.now(), 'web.1', text));
  }
  await web.ctx.lines.flush();
  await web.finish(release, 'succeeded', 'crashed');
  expect(await pushing).toMatchObject({
    code: 0,
    remote: expect.stringMatching(
      /Verifying deploy\.\.\. failed\.\n !     v3 is released, but web\.1 crashed while starting\.\n !     Process exited with status 1\n !     See the log with: paas logs -a crash\n !     Scripts hear of it by the exit status of: paas releases:wait v3 -a crash$/,
    ),
  });
});

test('a release that crashes while the old one goes on serving is told as such', async () => {
  const tree = await aTree(web, 'serving');
  await deployed(web, tree);
  await tree.commit({ 'a.txt': '1' }, 'Again');
  const pushing = tree.push('main');
  const release = await web.succeed(await web.takeBuild(tree.app));
  await web.finish(release, 'succeeded', 'crashed', 2);
  expect((await pushing).remote).toContain(
    'Verifying deploy... failed.\n !     v4 crashes; v3 goes on serving: fix it, or paas rollback\n',
  );
});

test('a release without web after one with it is verified at once, whatever the formation keeps', async () => {
  const tree = await aTree(web, 'web-taken-out');
  await deployed(web, tree);
  await tree.commit({ 'a.txt': '1' }, 'Only a worker');
  const pushing = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app), { worker: 'x' }), 'succeeded');
  const began = performance.now();
  expect(await pushing).toMatchObject({ code: 0, remote: expect.stringMatching(/Verifying deploy\.\.\. done\.$/) });
  expect(performance.now() - began).toBeLessThan(30_000);
});

test('an app without web dynos is verified without waiting for any', async () => {
  const tree = await aTree(web, 'worker-only');
  const pushing = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app), { worker: 'x' }), 'succeeded');
  expect(await pushing).toMatchObject({ code: 0, remote: expect.stringMatching(/Verifying deploy\.\.\. done\.$/) });
});
