// What a pusher reads, and what moves, for each way a push can go.
import { chmod, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setSource } from '../../../src/actions/app/set-source.js';
import { listBuilds } from '../../../src/store/build/builds.js';
import { aTree, deployed, type Tree } from './a-tree.js';
import { git, openWeb, startGit, type OpenWeb } from './open-web.js';

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb();
}, 60_000);
afterAll(() => web?.stop());

test('a deploy reads as Heroku prints it, and the second says what changed', async () => {
  const tree = await aTree(web, 'success');
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

test('of a monorepo only what concerns the app is built; a new source directory always is', async () => {
  const files = { 'services/api/Procfile': 'web: true\n', 'libs/shared/a.txt': '1', 'web/a.txt': '1' };
  const tree = await aTree(web, 'monorepo', files);
  const builds = async () => (await listBuilds(web.ctx.store, tree.app.id)).length;
  const set = (change: Parameters<typeof setSource>[3]) => setSource(web.ctx, tree.app, web.user, change);
  const builtDir = async () => {
    const push = tree.push('main');
    const build = await web.takeBuild(tree.app);
    await web.finish(await web.succeed(build), 'succeeded', 'up');
    expect((await push).code).toBe(0);
    return build.sourceDir;
  };
  await set({ dir: 'services/api', watch: ['services/api', './libs/shared/'] });
  expect(await builtDir()).toBe('services/api');

  const commit = await tree.commit({ 'web/a.txt': '2', 'services/api2/a.txt': '1' }, 'Elsewhere');
  const push = await tree.push('main');
  expect(push).toMatchObject({ code: 0, output: expect.stringContaining('main -> main') });
  expect(push.remote).toBe(
    'Everything up to date for this app: nothing below services/api, libs/shared changed.\nTo build it all the same: paas deploy',
  );
  expect([await builds(), await tree.remoteRefs()]).toEqual([1, expect.stringContaining(`${commit}\trefs/heads/main`)]);

  await tree.commit({ 'libs/shared/a.txt': '2' }, 'Shared');
  expect(await builtDir()).toBe('services/api');
  await set({ dir: 'web' });
  await tree.commit({ 'web/a.txt': '3' }, 'Not watched, but the directory is another');
  expect(await builtDir()).toBe('web');
  await set({ dir: null, watch: [] });
  await tree.commit({}, 'Nothing at all');
  expect(await builtDir()).toBeNull();
  await tree.commit({ 'other.txt': '1' }, 'Anything');
  expect(await builtDir()).toBeNull();
});

test('the source is what a checkout of the commit holds', async () => {
  const tree = await aTree(web, 'source', {
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
  const tree = await aTree(web, 'failure');
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
  const tree = await aTree(web, 'live');
  const push = startGit(tree.dir, 'push', web.remote('live'), 'main');
  const build = await web.takeBuild(tree.app);
  await push.until('Building source:');
  const ms: number[] = [];
  for (const word of ['\x1b[31mone\x1b[0m', 'two', 'three', 'four', 'five']) {
    const began = performance.now();
    await web.say(build.id, `${word}\n`);
    await push.until(word);
    ms.push(performance.now() - began);
  }
  // The best of them: a busy machine is late by itself.
  expect(Math.min(...ms)).toBeLessThan(500);
  await web.fail(build, '');
  await push.ended;
});

test('other branches and tags are kept and not built', async () => {
  const tree = await aTree(web, 'branches');
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
  const tree = await aTree(web, 'feature');
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
  const tree = await aTree(web, 'force');
  await deployed(web, tree);
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
  const tree = await aTree(web, 'shallow');
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
  const tree = await aTree(web, 'shallow-again');
  await tree.commit({ 'a.txt': '1' }, 'Two');
  await deployed(web, tree);
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
  const tree = await aTree(web, name.replaceAll(/\W+/g, '-').slice(0, 28));
  await git(tree.dir, 'ls-remote', web.remote(tree.app.name));
  await prepare(tree, join(web.dir, 'repos', `${tree.app.id}.git`));
  const push = await tree.push(...refs);
  expect(push.remote).toContain(words);
  expect(push).toMatchObject({ code: 1, output: expect.stringContaining('pre-receive hook declined') });
  expect(await listBuilds(web.ctx.store, tree.app.id)).toEqual([]);
});

test('files in Git LFS are refused, wherever the attributes are that say so', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  const lfs = await aTree(web, 'lfs', { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': pointer });
  const push = await lfs.push('main');
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining(' !     big.bin is kept in Git LFS') });

  const nested = await aTree(web, 'lfs-below', {
    'assets/img/.gitattributes': '*.png filter=lfs diff=lfs merge=lfs -text\n',
    'assets/img/a.png': pointer,
  });
  expect(await nested.push('main')).toMatchObject({
    code: 1,
    remote: expect.stringContaining(' !     assets/img/a.png is kept in Git LFS'),
  });

  const plain = await aTree(web, 'plain-attributes', { '.gitattributes': '*.bin filter=lfs\n', 'a.txt': 'x' });
  const pushing = plain.push('main');
  await web.fail(await web.takeBuild(plain.app), 'enough\n');
  expect((await pushing).remote).toContain('enough');
});

test('submodules are told to the builder, at their commits; one that leads nowhere is refused', async () => {
  const inner = await aTree(web, 'inner', { 'a.txt': 'x' });
  const commit = (await git(inner.dir, 'rev-parse', 'HEAD')).output.trim();
  const outer = await aTree(web, 'submodules');
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
  const tree = await aTree(web, 'empty', {});
  const pushing = tree.push('main');
  await web.fail(await web.takeBuild(tree.app), 'nothing here\n');
  expect((await pushing).remote).toContain('nothing here');
});

test('a push under way leaves no secret on the disk', async () => {
  const tree = await aTree(web, 'no-secret');
  const pushing = tree.push('main');
  const build = await web.takeBuild(tree.app);
  expect((await readdir(join(web.dir, 'run/pushes'))).filter((name) => !/^\d+\.(asked|said|status)$/.test(name))).toEqual([]);
  await web.fail(build, 'enough\n');
  await pushing;
});

test('a push that came by no door is refused at once, and told why', async () => {
  const tree = await aTree(web, 'by-path');
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
