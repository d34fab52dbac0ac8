// What the door doesn't let in, and what it says then.
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTree, git, openDoor, type OpenDoor } from './open-door.js';
import { post, requestHead, sendRaw } from './raw-request.js';

let door: OpenDoor;
let token: string;
let tree: string;

beforeAll(async () => {
  door = await openDoor();
  const jane = await door.aUser('jane@example.com');
  token = jane.token;
  await door.anApp('mine', jane.user);
  await door.anApp('theirs', (await door.aUser('joe@example.com')).user);
  tree = await aTree(join(door.dir, 'tree'), { 'a.txt': 'hello' });
}, 60_000);
afterAll(() => door?.stop());

test('every request needs a token: info/refs, HEAD and both services', async () => {
  for (const wrong of [undefined, '', 'wrong']) {
    for (const [method, path] of [
      ['GET', '/mine.git/info/refs?service=git-receive-pack'],
      ['GET', '/mine.git/HEAD'],
      ['POST', '/mine.git/git-upload-pack'],
      ['POST', '/mine.git/git-receive-pack'],
      ['GET', '/mine.git/config'],
    ] as const) {
      const answer = await sendRaw(door.port, [requestHead({ method, path, token: wrong, headers: { 'Content-Length': 0 } })]);
      expect(answer, `${method} ${path}`).toMatchObject({
        status: 401,
        headers: expect.stringContaining('www-authenticate: basic realm="slipway"'),
      });
    }
  }
});

test('a ref cannot be made without a token, nor a pack be had', async () => {
  const id = (await git(tree, 'rev-parse', 'HEAD')).output.trim();
  const create = `${'0'.repeat(40)} ${id} refs/heads/main\0report-status`;
  const body = `${(create.length + 4).toString(16).padStart(4, '0')}${create}0000`;
  expect(await sendRaw(door.port, post({ app: 'mine', service: 'receive-pack', body }))).toMatchObject({ status: 401 });
  expect(await sendRaw(door.port, post({ app: 'mine', service: 'upload-pack', body: `0032want ${id}\n00000009done\n` }))).toMatchObject({
    status: 401,
  });
  expect((await git(tree, 'ls-remote', door.remote('mine'))).output).toBe('');
});

test('a wrong token: git says that authentication failed', async () => {
  const push = await git(tree, 'push', door.remote('mine', 'wrong'), 'main');
  expect(push.code).toBe(128);
  expect(push.output).toContain('fatal: Authentication failed for');
});

test("unknown apps and those of others aren't found, in the same words, and get no repository", async () => {
  for (const name of ['nowhere', 'theirs']) {
    const push = await git(tree, 'push', door.remote(name), 'main');
    expect(push.code).toBe(128);
    expect(push.output).toContain("remote: Couldn't find that app.");
    expect(push.output).toMatch(/fatal: repository '.*' not found/);
    expect(await sendRaw(door.port, post({ app: name, service: 'receive-pack', token, body: '0000' }))).toMatchObject({ status: 404 });
  }
  expect(existsSync(join(door.dir, 'repos', 'nowhere.git'))).toBe(false);
});

test('what is no git request is told so', async () => {
  for (const path of [
    '/mine.git',
    '/mine.git/',
    '/mine.git/config',
    '/mine.git/objects/info/packs',
    '/mine.git/../../etc/passwd',
    '/mine.git/%2e%2e/HEAD',
  ]) {
    const answer = await sendRaw(door.port, [requestHead({ method: 'GET', path, token })]);
    expect(answer, path).toMatchObject({ status: 404, body: expect.stringContaining('Use it with git') });
  }
  expect(await sendRaw(door.port, [requestHead({ method: 'GET', path: '/mine.git/info/refs', token })])).toMatchObject({
    status: 400,
    body: expect.stringContaining('service'),
  });
  expect(await sendRaw(door.port, [requestHead({ method: 'DELETE', path: '/mine.git/git-receive-pack', token })])).toMatchObject({
    status: 405,
    headers: expect.stringContaining('allow: post'),
  });
  expect(
    await sendRaw(
      door.port,
      post({ app: 'mine', service: 'receive-pack', token, body: '0000', headers: { 'Content-Type': 'text/plain' } }),
    ),
  ).toMatchObject({ status: 400, body: expect.stringContaining('content type') });
  expect(await sendRaw(door.port, [requestHead({ method: 'GET', path: '/elsewhere', token })])).toMatchObject({
    status: 200,
    body: 'not the door',
  });
});

test('while the database is away a push is told to come again', async () => {
  await door.store.close();
  const push = await git(tree, 'push', door.remote('mine'), 'main');
  expect(push.code).toBe(128);
  expect(push.output).toContain('remote: The platform cannot answer right now; try again in a moment.');
});
