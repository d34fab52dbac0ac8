// Pushing and fetching through the door, with git itself at both ends.
import { randomUUID } from 'node:crypto';
import { readFile, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { User } from '../../../src/model/user.js';
import { readCommit } from '../../../src/git/repos/read-commit.js';
import { findApp, updateApp } from '../../../src/store/app/apps.js';
import { until } from '../../support/until.js';
import { aTree, commit, git, openDoor, type OpenDoor } from './open-door.js';

let door: OpenDoor;
let jane: User;

beforeAll(async () => {
  door = await openDoor();
  jane = (await door.aUser('jane@example.com')).user;
}, 60_000);
afterAll(() => door?.stop());

test('a push makes the repository, a clone gives it back', async () => {
  const app = await door.anApp('first', jane);
  const tree = await aTree(join(door.dir, 'first'), { 'a.txt': 'hello' });
  const push = await git(tree, 'push', door.remote('first'), 'main');
  expect(push).toMatchObject({ code: 0, output: expect.stringContaining('* [new branch]      main -> main') });

  await commit(tree, { 'a.txt': 'hello again' }, 'Second');
  expect(await git(tree, 'push', door.remote('first'), 'main')).toMatchObject({ code: 0, output: expect.stringContaining('main -> main') });
  expect(await git(tree, 'push', door.remote('first'), 'main')).toMatchObject({ code: 0, output: 'Everything up-to-date\n' });

  const copy = join(door.dir, 'first-copy');
  expect(await git(door.dir, 'clone', '-q', door.remote('first'), copy)).toMatchObject({ code: 0, output: '' });
  expect(await readFile(join(copy, 'a.txt'), 'utf8')).toBe('hello again');
  expect((await readFile(join(door.repoOf(app), 'HEAD'), 'utf8')).trim()).toBe('ref: refs/heads/main');
});

test('what is pushed stays as packs, and our hooks are the ones that run', async () => {
  const app = await door.anApp('settings', jane);
  await door.setHook('cat; echo "hook in $PWD"');
  const tree = await aTree(join(door.dir, 'settings'), { 'a.txt': 'hello' });
  const push = await git(tree, 'push', door.remote('settings'), 'main');
  expect(push.output).toContain('refs/heads/main');
  expect(push.output).toContain(`remote: hook in ${door.repoOf(app)}`);
  expect((await readdir(join(door.repoOf(app), 'objects/pack'))).filter((name) => name.endsWith('.pack'))).toHaveLength(1);
  await door.setHook('cat >/dev/null');
});

test('the size of the repository is noted with the push', async () => {
  const app = await door.anApp('sized', jane);
  const tree = await aTree(join(door.dir, 'sized'), { 'a.bin': Array.from({ length: 3_000 }, () => randomUUID()).join('') });
  await git(tree, 'push', door.remote('sized'), 'main');
  await expect.poll(async () => (await findApp(door.store, app.id))?.repoSize ?? 0).toBeGreaterThan(50_000);
  expect((await findApp(door.store, app.id))?.repoSize).toBeLessThan(200_000);
});

test('the repository is of the app, not of its name', async () => {
  const app = await door.anApp('before', jane);
  const tree = await aTree(join(door.dir, 'renamed'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('before'), 'main');
  await updateApp(door.store, app.id, { name: 'after' });
  expect(await git(tree, 'ls-remote', door.remote('after'))).toMatchObject({ code: 0, output: expect.stringContaining('refs/heads/main') });
  expect((await git(tree, 'ls-remote', door.remote('before'))).output).toContain('not found');
});

test('settings that differ from the recipe are written again', async () => {
  const app = await door.anApp('drifted', jane);
  const tree = await aTree(join(door.dir, 'drifted'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('drifted'), 'main');
  await git(door.repoOf(app), 'config', 'core.hooksPath', '/nowhere');
  await git(tree, 'ls-remote', door.remote('drifted'));
  expect((await git(door.repoOf(app), 'config', 'core.hooksPath')).output.trim()).toBe(join(door.dir, 'hooks'));
});

test('a refusing hook leaves the ref where it was, and its words reach the pusher', async () => {
  await door.anApp('refused', jane);
  const tree = await aTree(join(door.dir, 'refused'), { 'a.txt': 'hello' });
  await door.setHook('cat >/dev/null; echo " !     Not today."; exit 1');
  const push = await git(tree, 'push', door.remote('refused'), 'main');
  expect(push.code).toBe(1);
  expect(push.output).toContain('remote:  !     Not today.');
  expect(push.output).toContain('! [remote rejected] main -> main (pre-receive hook declined)');
  expect((await git(tree, 'ls-remote', door.remote('refused'))).output).toBe('');
  await door.setHook('cat >/dev/null');
});

test("a hook's lines arrive when they are written", async () => {
  await door.anApp('live', jane);
  const tree = await aTree(join(door.dir, 'live'), { 'a.txt': 'hello' });
  // It waits in between until the first has been read.
  const isRead = join(door.dir, 'is-read');
  await door.setHook(`cat >/dev/null; echo first; until [ -e ${isRead} ]; do sleep 0.05; done; echo second`);
  const { spawn } = await import('node:child_process');
  const push = spawn('git', ['push', door.remote('live'), 'main'], { cwd: tree, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  push.stderr.on('data', (chunk: Buffer) => (text += String(chunk)));
  const ended = new Promise((resolve) => push.once('close', resolve));
  await until(() => text).toMatch(/remote: first/);
  expect(text).not.toContain('second');
  await writeFile(isRead, '');
  await ended;
  expect(text).toMatch(/remote: second/);
  await door.setHook('cat >/dev/null');
});

test('8 first pushes to one app at once: one repository, one winner for the ref', async () => {
  await door.anApp('crowd', jane);
  const trees = await Promise.all(Array.from({ length: 8 }, (_, i) => aTree(join(door.dir, `crowd-${i}`), { 'a.txt': `from ${i}` })));
  const pushes = await Promise.all(trees.map((tree) => git(tree, 'push', door.remote('crowd'), 'main')));
  expect(pushes.filter((push) => push.code === 0)).toHaveLength(1);
  expect((await readdir(join(door.dir, 'repos'))).filter((name) => !/^[0-9a-f-]{36}\.git$/.test(name))).toEqual([]);
});

test('refs of every kind are left to git', async () => {
  await door.anApp('notes', jane);
  const tree = await aTree(join(door.dir, 'notes'), { 'a.txt': 'hello' });
  await git(tree, 'notes', 'add', '-m', 'a note');
  await git(tree, 'tag', 'v1');
  for (const ref of ['refs/notes/commits', 'v1', 'main:refs/for/main', 'main:feature/x']) {
    expect(await git(tree, 'push', door.remote('notes'), ref), ref).toMatchObject({ code: 0 });
  }
  expect(await git(tree, 'push', door.remote('notes'), ':feature/x')).toMatchObject({
    code: 0,
    output: expect.stringContaining('[deleted]'),
  });
});

test('a clone checks out what was deployed: main, or master where there is no main', async () => {
  const app = await door.anApp('heads', jane);
  const tree = await aTree(join(door.dir, 'heads'), { 'a.txt': 'hello' });
  const head = async () => (await readFile(join(door.repoOf(app), 'HEAD'), 'utf8')).trim();
  await git(tree, 'push', door.remote('heads'), 'main:master');
  await expect.poll(head).toBe('ref: refs/heads/master');
  expect(await git(door.dir, 'clone', '-q', door.remote('heads'), join(door.dir, 'heads-copy'))).toEqual({ code: 0, output: '' });
  await git(tree, 'push', door.remote('heads'), 'main');
  await expect.poll(head).toBe('ref: refs/heads/main');
});

test('a commit of a repository can be read, while its packs are small', async () => {
  const app = await door.anApp('readable', jane);
  const tree = await aTree(join(door.dir, 'readable'), { Procfile: 'web: node x\n' });
  await commit(tree, {}, 'Grüße\n\nMore of it.');
  await git(tree, 'push', door.remote('readable'), 'main');
  const id = (await git(tree, 'rev-parse', 'HEAD')).output.trim();
  const repoDir = door.repoOf(app);
  const known = { id, author: { name: 'Jane', email: 'jane@example.com' }, subject: 'Grüße', message: 'Grüße\n\nMore of it.\n' };
  expect(await readCommit({ repoDir, id })).toMatchObject(known);
  expect(await readCommit({ repoDir, id: '0'.repeat(40) })).toBeNull();
  await git(repoDir, 'repack', '-q', '-a', '-d');
  expect(await readCommit({ repoDir, id })).toMatchObject(known);
  await writeFile(join(repoDir, 'objects/pack/pack-large.pack'), '');
  await truncate(join(repoDir, 'objects/pack/pack-large.pack'), 65 * 1024 * 1024);
  await expect(readCommit({ repoDir, id })).rejects.toThrow('packs of more than 64 MB');
});

test('a fetch may ask for protocol 0, 1 or 2', async () => {
  await door.anApp('versions', jane);
  const tree = await aTree(join(door.dir, 'versions'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('versions'), 'main');
  for (const version of ['0', '1', '2']) {
    const listed = await git(tree, '-c', `protocol.version=${version}`, 'ls-remote', door.remote('versions'));
    expect(listed.output, version).toContain('refs/heads/main');
    const copy = join(door.dir, `versions-${version}`);
    expect(await git(door.dir, '-c', `protocol.version=${version}`, 'clone', '-q', door.remote('versions'), copy)).toEqual({
      code: 0,
      output: '',
    });
    await commit(copy, { 'a.txt': version }, version);
    expect(await git(copy, '-c', `protocol.version=${version}`, 'push', '-q', door.remote('versions'), `HEAD:v${version}`)).toMatchObject({
      code: 0,
    });
  }
});

test('a hostile tree is refused', async () => {
  await door.anApp('hostile', jane);
  const tree = await aTree(join(door.dir, 'hostile'), { 'a.txt': 'hello' });
  const blob = (await git(tree, 'rev-parse', 'HEAD:a.txt')).output.trim();
  const script =
    `tree=$(printf '100644 blob ${blob}\\t..\\n' | git mktree) && git update-ref refs/heads/evil $(echo x | git ` + `commit-tree $tree)`;
  const { execFileSync } = await import('node:child_process');
  execFileSync('sh', ['-c', script], {
    cwd: tree,
    env: { ...process.env, GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x' },
  });
  const push = await git(tree, 'push', door.remote('hostile'), 'evil');
  expect(push.code).toBe(1);
  expect(push.output).toContain('hasDotdot');
});

test('removeRepo and sweep take away what has no app', async () => {
  const app = await door.anApp('doomed', jane);
  const tree = await aTree(join(door.dir, 'doomed'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('doomed'), 'main');
  await door.door.removeRepo(app.id);
  await expect(stat(door.repoOf(app))).rejects.toThrow('ENOENT');

  await git(tree, 'push', door.remote('doomed'), 'main');
  for (let i = 0; i < 9; i += 1) {
    await commit(tree, { 'a.txt': `change ${i}` }, `Change ${i}`);
    await git(tree, 'push', door.remote('doomed'), 'main');
  }
  await door.door.sweep();
  const packs = (await readdir(join(door.repoOf(app), 'objects/pack'))).filter((name) => name.endsWith('.pack'));
  expect(packs).toHaveLength(1);
  await door.store.db.deleteFrom('apps').where('id', '=', app.id).execute();
  await door.door.sweep();
  await expect(stat(door.repoOf(app))).rejects.toThrow('ENOENT');
});

test('a lock that a killed git left on a ref goes with the nightly sweep; a young one stays', async () => {
  const app = await door.anApp('locked', jane);
  const tree = await aTree(join(door.dir, 'locked'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('locked'), 'main');
  const [old, young] = ['refs/heads/main.lock', 'refs/heads/other.lock'].map((name) => join(door.repoOf(app), name));
  await Promise.all([old!, young!].map((file) => writeFile(file, '')));
  await utimes(old!, new Date(0), new Date(0));
  expect((await git(tree, 'push', door.remote('locked'), 'main:main')).code).toBe(0);
  await commit(tree, { 'a.txt': 'change' }, 'Change');
  expect((await git(tree, 'push', door.remote('locked'), 'main')).code).toBe(1);
  await door.door.sweep();
  expect((await git(tree, 'push', door.remote('locked'), 'main')).code).toBe(0);
  await expect(stat(young!)).resolves.toBeDefined();
});
