// What a pusher reads, and what moves, for each way a push can go.
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBuild } from '../../../src/actions/build/start-build.js';
import type { App } from '../../../src/model/app.js';
import { platformLine } from '../../../src/model/logs/log-line.js';
import { findBuild, listBuilds } from '../../../src/store/build/builds.js';
import { git, openWeb, startGit, type OpenWeb } from './open-web.js';

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb();
}, 60_000);
afterAll(() => web?.stop());

interface Tree {
  app: App;
  dir: string;
  push: (...refs: string[]) => ReturnType<typeof git>;
  commit: (files: Record<string, string>, message: string) => Promise<string>;
  remoteRefs: () => Promise<string>;
}

async function aTree(name: string, files: Record<string, string> = { 'index.html': '<h1>hello</h1>' }): Promise<Tree> {
  const app = await web.anApp(name);
  const dir = join(web.dir, 'trees', name);
  await mkdir(dir, { recursive: true });
  await git(dir, 'init', '-q', '-b', 'main');
  const commit = async (more: Record<string, string>, message: string) => {
    for (const [file, text] of Object.entries(more)) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), text);
    }
    await git(dir, 'add', '-A');
    await git(dir, 'commit', '-q', '--allow-empty', '-m', message);
    return (await git(dir, 'rev-parse', 'HEAD')).output.trim();
  };
  await commit(files, 'First commit');
  return {
    app,
    dir,
    commit,
    push: (...refs) => git(dir, 'push', web.remote(name), ...refs),
    remoteRefs: async () => (await git(dir, 'ls-remote', web.remote(name))).output,
  };
}

/** A push of main that deploys. */
async function deployed(tree: Tree): Promise<void> {
  const push = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await push).code).toBe(0);
}

test('a deploy reads as Heroku prints it, and the second says what changed', async () => {
  const tree = await aTree('success');
  const pushing = tree.push('main');
  const build = await web.takeBuild(tree.app);
  expect(build).toMatchObject({ origin: 'git', sourceDescription: 'First commit', commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
  await web.say(build.id, '-----> Building on the Slipway stack\n');
  await web.say(build.id, '       Released v1\n       http://success.localhost:8080/ deployed to Slipway\n\n');
  await web.finish(await web.succeed(build), 'succeeded', 'up');
  const push = await pushing;
  expect(push.remote).toBe(
    [
      'Compressing source files... done.',
      'Building source:',
      '',
      '-----> Building on the Slipway stack',
      '       Released v1',
      '       http://success.localhost:8080/ deployed to Slipway',
      '',
      'Verifying deploy... done.',
    ].join('\n'),
  );
  expect(push).toMatchObject({ code: 0, output: expect.stringContaining('* [new branch]      main -> main') });

  const before = (await git(tree.dir, 'rev-parse', '--short=7', 'HEAD')).output.trim();
  await tree.commit({ 'a.txt': '1', 'b.txt': '2' }, 'Two files');
  const second = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await second).remote.split('\n').slice(0, 2)).toEqual([`Updated 2 paths from ${before}`, 'Compressing source files... done.']);
});

test('the source is what a checkout of the commit holds', async () => {
  const tree = await aTree('source', {
    'a.txt': 'hello',
    'run.sh': '#!/bin/sh\n',
    'secret.txt': 'kept',
    '.gitattributes': 'secret.txt export-ignore\na.txt export-subst\n',
  });
  await chmod(join(tree.dir, 'run.sh'), 0o755);
  await tree.commit({}, 'Executable');
  const pushing = tree.push('main');
  const build = await web.takeBuild(tree.app);
  const archive = await readFile(join(web.dir, 'blobs', new URL(build.source).pathname.replace('/blobs/', '')));
  const listed = await new Promise<string>((done) => {
    const tar = spawn('tar', ['tvf', '-']);
    let text = '';
    tar.stdout.on('data', (chunk: Buffer) => (text += chunk)).on('close', () => done(text));
    tar.stdin.end(archive);
  });
  expect(listed).toMatch(/-rwxr-xr-x .* run\.sh/);
  expect(listed).toMatch(/-rw-r--r-- .* secret\.txt/);
  await web.fail(build, 'enough\n');
  await pushing;
});

test('a failed build refuses the push, and the ref does not move', async () => {
  const tree = await aTree('failure');
  const pushing = tree.push('main');
  await web.fail(
    await web.takeBuild(tree.app),
    '-----> Node.js app detected\n\n !     Push rejected, failed to compile Node.js app.\n\n !     Push failed\n',
  );
  const push = await pushing;
  expect(push.code).toBe(1);
  expect(push.remote).toBe(
    [
      'Compressing source files... done.',
      'Building source:',
      '',
      '-----> Node.js app detected',
      '',
      ' !     Push rejected, failed to compile Node.js app.',
      '',
      ' !     Push failed',
      'Verifying deploy...',
      '',
      '!\tPush rejected to failure.',
      '',
    ].join('\n'),
  );
  expect(push.output).toContain('! [remote rejected] main -> main (pre-receive hook declined)');
  expect(await tree.remoteRefs()).toBe('');
});

test('output comes as it is said, with its colours', async () => {
  const tree = await aTree('live');
  const push = startGit(tree.dir, 'push', web.remote('live'), 'main');
  const build = await web.takeBuild(tree.app);
  await push.until('Building source:');
  for (const word of ['\x1b[31mone\x1b[0m', 'two', 'three']) {
    const began = performance.now();
    await web.say(build.id, `${word}\n`);
    await push.until(word);
    expect(performance.now() - began).toBeLessThan(500);
  }
  await web.fail(build, '');
  await push.ended;
});

test('other branches and tags are kept and not built', async () => {
  const tree = await aTree('branches');
  await git(tree.dir, 'tag', '-a', 'v1', '-m', 'one');
  for (const ref of ['main:feature', 'v1', 'main:refs/notes/x']) {
    expect(await tree.push(ref)).toMatchObject({ code: 0, remote: 'Pushed to non-master branch, skipping build.' });
  }
  expect(await tree.push(':feature')).toMatchObject({
    code: 0,
    remote: '',
    output: expect.stringContaining('- [deleted]         feature'),
  });
  expect(await tree.remoteRefs()).toMatch(/refs\/notes\/x\n.*refs\/tags\/v1/);
  expect(await listBuilds(web.ctx.store, tree.app.id)).toEqual([]);
});

test('another branch pushed as main is built; main among others is built once; master is built, too', async () => {
  const tree = await aTree('feature');
  await git(tree.dir, 'checkout', '-q', '-b', 'feature');
  const id = await tree.commit({ 'a.txt': 'x' }, 'On a branch');
  const first = tree.push('feature:main');
  const build = await web.takeBuild(tree.app);
  expect(build.commit).toBe(id);
  await web.finish(await web.succeed(build), 'succeeded', 'up');
  expect((await first).code).toBe(0);

  await tree.commit({ 'a.txt': 'y' }, 'More');
  const second = tree.push('feature:main', 'feature', 'feature:master');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await second).code).toBe(0);
  expect(await listBuilds(web.ctx.store, tree.app.id)).toHaveLength(2);

  await tree.commit({ 'a.txt': 'z' }, 'Even more');
  const third = tree.push('feature:master');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await third).code).toBe(0);
});

test('main can be rewound by force, not deleted', async () => {
  const tree = await aTree('force');
  await deployed(tree);
  expect(await tree.push(':main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining("main can't be deleted"),
    output: expect.stringContaining('pre-receive hook declined'),
  });
  await git(tree.dir, 'commit', '-q', '--amend', '-m', 'Amended');
  expect((await tree.push('main')).output).toContain('non-fast-forward');
  const forced = git(tree.dir, 'push', '--force', web.remote('force'), 'main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect(await forced).toMatchObject({ code: 0, output: expect.stringContaining('(forced update)') });
});

test('a push from a shallow clone is refused before anything is built, with the words that mend it', async () => {
  const tree = await aTree('shallow');
  for (const name of ['Two', 'Three', 'Four']) await tree.commit({ 'a.txt': name }, name);
  const clone = join(web.dir, 'trees/shallow-clone');
  await git(web.dir, 'clone', '-q', '--depth', '1', `file://${tree.dir}`, clone);
  const push = await git(clone, 'push', web.remote('shallow'), 'main');
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining('git fetch --unshallow') });
  expect(await listBuilds(web.ctx.store, tree.app.id)).toEqual([]);

  // Commits that no ref leads to any more are no history for git.
  await tree.push('main:old');
  await tree.push(':old');
  expect(await git(clone, 'push', web.remote('shallow'), 'main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining('git fetch --unshallow'),
  });
  expect(await listBuilds(web.ctx.store, tree.app.id)).toEqual([]);

  await git(clone, 'fetch', '-q', '--unshallow');
  const whole = git(clone, 'push', web.remote('shallow'), 'main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await whole).code).toBe(0);
});

test('a shallow clone of what was deployed can be pushed from', async () => {
  const tree = await aTree('shallow-again');
  await tree.commit({ 'a.txt': '1' }, 'Two');
  await deployed(tree);
  const clone = join(web.dir, 'trees/shallow-again-clone');
  await git(web.dir, 'clone', '-q', '--depth', '1', web.remote('shallow-again'), clone);
  await git(clone, 'commit', '-q', '--allow-empty', '-m', 'Three');
  const push = git(clone, 'push', 'origin', 'main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await push).code).toBe(0);
});

/** What git would refuse after the hook: made ready, pushed, and what the pusher reads. */
const GIT_REFUSES: [string, (tree: Tree, repo: string) => Promise<unknown>, string[], string][] = [
  ['a branch below main', (tree) => tree.push('main:main/x'), ['main'], "main/x and main can't be kept together"],
  ['another ref of the same push below main', async () => undefined, ['main', 'main:main/x'], "main and main/x can't be kept together"],
  [
    'a branch where another has its folder',
    (tree) => tree.push('main:a/b'),
    ['--atomic', 'main', 'main:a'],
    "a/b and a can't be kept together",
  ],
  ['a locked branch', (_tree, repo) => writeFile(join(repo, 'refs/heads/main.lock'), ''), ['main'], 'main is locked'],
  ['a ref outside of what git keeps', async () => undefined, ['main', 'main:refs/odd'], 'git keeps no ref by the name refs/odd'],
];

test.each(GIT_REFUSES)('%s is refused before anything is built', async (name, prepare, refs, words) => {
  const tree = await aTree(name.replaceAll(/\W+/g, '-').slice(0, 28));
  await git(tree.dir, 'ls-remote', web.remote(tree.app.name));
  await prepare(tree, join(web.dir, 'repos', `${tree.app.id}.git`));
  const push = await tree.push(...refs);
  expect(push.remote).toContain(words);
  expect(push).toMatchObject({ code: 1, output: expect.stringContaining('pre-receive hook declined') });
  expect(await listBuilds(web.ctx.store, tree.app.id)).toEqual([]);
});

test('two pushes of one commit line: the second waits, and builds what it brings', async () => {
  const tree = await aTree('turns');
  await deployed(tree);
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
  const tree = await aTree('after-failure');
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
  const tree = await aTree('beside-api');
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

test('Ctrl-C cancels the build within 5 s, and the next push goes through', async () => {
  const tree = await aTree('interrupted');
  const push = startGit(tree.dir, 'push', web.remote('interrupted'), 'main');
  const build = await web.takeBuild(tree.app);
  push.interrupt();
  const began = performance.now();
  while ((await findBuild(web.ctx.store, build.id))?.status === 'pending') await sleep(20);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await findBuild(web.ctx.store, build.id)).toMatchObject({ status: 'failed', failure: 'The push was interrupted.' });
  expect(await tree.remoteRefs()).toBe('');
  await deployed(tree);
});

test('a release command is told after the deploy; its failure leaves the push standing', async () => {
  const tree = await aTree('release');
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
  const tree = await aTree('crash');
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
  const tree = await aTree('serving');
  await deployed(tree);
  await tree.commit({ 'a.txt': '1' }, 'Again');
  const pushing = tree.push('main');
  const release = await web.succeed(await web.takeBuild(tree.app));
  await web.finish(release, 'succeeded', 'crashed', 2);
  expect((await pushing).remote).toContain(
    'Verifying deploy... failed.\n !     v4 crashes; v3 goes on serving: fix it, or paas rollback\n',
  );
});

test('a release without web after one with it is verified at once, whatever the formation keeps', async () => {
  const tree = await aTree('web-taken-out');
  await deployed(tree);
  await tree.commit({ 'a.txt': '1' }, 'Only a worker');
  const pushing = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app), { worker: 'x' }), 'succeeded');
  const began = performance.now();
  expect(await pushing).toMatchObject({ code: 0, remote: expect.stringMatching(/Verifying deploy\.\.\. done\.$/) });
  expect(performance.now() - began).toBeLessThan(30_000);
});

test('an app without web dynos is verified without waiting for any', async () => {
  const tree = await aTree('worker-only');
  const pushing = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app), { worker: 'x' }), 'succeeded');
  expect(await pushing).toMatchObject({ code: 0, remote: expect.stringMatching(/Verifying deploy\.\.\. done\.$/) });
});

test('files in Git LFS are refused, wherever the attributes are that say so', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  const lfs = await aTree('lfs', { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': pointer });
  const push = await lfs.push('main');
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining(' !     big.bin is kept in Git LFS') });

  const nested = await aTree('lfs-below', {
    'assets/img/.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n',
    'assets/img/a.png': pointer,
  });
  expect(await nested.push('main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining(' !     assets/img/a.png is kept in Git LFS'),
  });

  const plain = await aTree('plain-attributes', { '.gitattributes': '*.bin filter=lfs\n', 'a.txt': 'x' });
  const pushing = plain.push('main');
  await web.fail(await web.takeBuild(plain.app), 'enough\n');
  expect((await pushing).remote).toContain('enough');
});

test('submodules are told to the builder, at their commits; one that leads nowhere is refused', async () => {
  const inner = await aTree('inner', { 'a.txt': 'x' });
  const commit = (await git(inner.dir, 'rev-parse', 'HEAD')).output.trim();
  const outer = await aTree('submodules');
  await git(outer.dir, 'submodule', 'add', '-q', inner.dir, 'vendor/lib');
  await outer.commit({}, 'Add a submodule');
  const pushing = outer.push('main');
  const build = await web.takeBuild(outer.app);
  expect(build.submodules).toEqual([{ path: 'vendor/lib', url: inner.dir, commit }]);
  await web.fail(build, 'enough\n');
  await pushing;

  await git(outer.dir, 'config', '-f', '.gitmodules', 'submodule.vendor/lib.url', '../inner.git');
  await outer.commit({}, 'A relative URL');
  expect(await outer.push('main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining(' !     The git submodule vendor/lib has the relative URL ../inner.git'),
  });
  await git(outer.dir, 'rm', '-q', '--cached', '.gitmodules');
  await rm(join(outer.dir, '.gitmodules'));
  await outer.commit({}, 'No settings');
  expect(await outer.push('main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining(' !     vendor/lib is a git submodule, but .gitmodules names no URL for it.'),
  });
});

test('a commit without files is a source, too', async () => {
  const tree = await aTree('empty', {});
  const pushing = tree.push('main');
  await web.fail(await web.takeBuild(tree.app), 'nothing here\n');
  expect((await pushing).remote).toContain('nothing here');
});

test('a push under way leaves no secret on the disk', async () => {
  const tree = await aTree('no-secret');
  const pushing = tree.push('main');
  const build = await web.takeBuild(tree.app);
  expect((await readdir(join(web.dir, 'run/pushes'))).filter((name) => !/^\d+\.(asked|said|status)$/.test(name))).toEqual([]);
  await web.fail(build, 'enough\n');
  await pushing;
});

test('a push that came by no door is refused at once, and told why', async () => {
  const tree = await aTree('by-path');
  await git(tree.dir, 'ls-remote', web.remote('by-path'));
  const push = await git(tree.dir, 'push', join(web.dir, 'repos', `${tree.app.id}.git`), 'main');
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining(' !     The platform knows nothing of this push.') });
  const elsewhere = process.env['SLIPWAY_HOME'];
  process.env['SLIPWAY_HOME'] = join(web.dir, 'nowhere');
  const lost = await git(tree.dir, 'push', join(web.dir, 'repos', `${tree.app.id}.git`), 'main');
  process.env['SLIPWAY_HOME'] = elsewhere;
  expect(lost).toMatchObject({ code: 1, remote: expect.stringContaining(' !     The platform knows nothing of this push.') });
});

test('no push leaves anything in the directory of pushes', async () => {
  await expect.poll(() => readdir(join(web.dir, 'run/pushes'))).toEqual([]);
});
