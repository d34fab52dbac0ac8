// Each fault that node-git-server 1.0.0 has by itself, and that must not be ours: no hang, no crash, no left-over.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { aTree, commit, git, openDoor, type OpenDoor } from './open-door.js';
import { until } from '../../support/until.js';
import { pktLine, post, requestHead, sendRaw } from './raw-request.js';

let door: OpenDoor;
let token: string;
let tree: string;
let head: string;

beforeAll(async () => {
  door = await openDoor();
  const jane = await door.aUser('jane@example.com');
  token = jane.token;
  await door.anApp('demo', jane.user);
  tree = await aTree(join(door.dir, 'tree'), { 'a.txt': 'hello' });
  await git(tree, 'push', door.remote('demo'), 'main');
  head = (await git(tree, 'rev-parse', 'HEAD')).output.trim();
}, 60_000);
afterAll(() => door?.stop());

afterEach(async () => {
  expect((await git(tree, 'ls-remote', door.remote('demo'), 'main')).output).toContain(head);
  await until(() => gitChildren().length === 0).toBe(true);
  expect(door.door.sessions.list()).toEqual([]);
  expect(readdirSync(join(door.dir, 'run/pushes'))).toEqual([]);
});

const wanted = () => `${pktLine(`want ${head} side-band-64k ofs-delta\n`)}0000${pktLine('done\n')}`;

test.each(['receive-pack', 'upload-pack'])("garbage to %s is answered in git's words", async (service) => {
  const answer = await sendRaw(door.port, post({ app: 'demo', service, token, body: 'not a pkt-line at all' }));
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('protocol error: bad line length character: not ') });
});

test.each([
  ['receive-pack', '', 400],
  ['upload-pack', '', 400],
  // Nothing is pushed, and nothing wanted: that is said, and done.
  ['receive-pack', '0000', 200],
  ['upload-pack', '0000', 200],
  ['receive-pack', 'ffff', 400],
  ['receive-pack', '0', 400],
  ['upload-pack', '0003', 400],
  ['receive-pack', '\0\0\0\0', 400],
])('%s answers a body of %j with %i, at once', async (service, body, status) => {
  const answer = await sendRaw(door.port, post({ app: 'demo', service, token, body }));
  expect(answer.status).toBe(status);
  expect(answer.ms).toBeLessThan(6_000);
});

test('random bytes, many times', async () => {
  for (let i = 0; i < 20; i += 1) {
    const answer = await sendRaw(
      door.port,
      post({ app: 'demo', service: i % 2 ? 'receive-pack' : 'upload-pack', token, body: randomBytes(1 + i * 37) }),
    );
    expect([i, answer.status]).toEqual([i, 400]);
  }
});

test('a body of protocol 2 is answered to whoever says so, and refused to others', async () => {
  const body = `${pktLine('command=ls-refs\n')}0001${pktLine('peel\n')}0000`;
  const ask = (protocol: string) =>
    sendRaw(door.port, post({ app: 'demo', service: 'upload-pack', token, body, headers: { 'Git-Protocol': protocol } }));
  expect(await ask('version=2')).toMatchObject({ status: 200, body: expect.stringContaining('refs/heads/main') });
  for (const other of ['version=1', 'version=3', 'version=2:x=1', '']) {
    expect(await ask(other), other).toMatchObject({ status: 400, body: expect.stringContaining("git can't") });
  }
  expect(process.env['GIT_PROTOCOL']).toBeUndefined();
});

test('a pkt-line may be split over any number of segments', async () => {
  const [headText, body] = post({ app: 'demo', service: 'upload-pack', token, body: wanted() });
  const pieces = [...Array.from({ length: 12 }, (_, i) => body.subarray(i, i + 1)), body.subarray(12)];
  const answer = await sendRaw(door.port, [headText, ...pieces]);
  expect(answer.status).toBe(200);
  expect(answer.body).toContain('PACK');
});

test('64 KB of hexadecimal digits cost no time', async () => {
  const answer = await sendRaw(door.port, post({ app: 'demo', service: 'receive-pack', token, body: 'a'.repeat(65_000) }));
  expect(answer.status).toBe(400);
  expect(answer.ms).toBeLessThan(6_000);
});

test('a gzip body is unzipped, a damaged or cut one refused', async () => {
  const zip = { 'Content-Encoding': 'gzip' };
  const good = await sendRaw(door.port, post({ app: 'demo', service: 'upload-pack', token, body: gzipSync(wanted()), headers: zip }));
  expect(good.status).toBe(200);
  expect(good.body).toContain('PACK');
  for (const body of [
    Buffer.from('not gzip'),
    gzipSync(wanted()).subarray(0, 30),
    Buffer.concat([gzipSync('0000').subarray(0, 10), randomBytes(40)]),
  ]) {
    expect(await sendRaw(door.port, post({ app: 'demo', service: 'upload-pack', token, body, headers: zip }))).toMatchObject({
      status: 400,
      body: expect.stringContaining('gzip'),
    });
  }
  expect(
    await sendRaw(door.port, post({ app: 'demo', service: 'upload-pack', token, body: 'x', headers: { 'Content-Encoding': 'br' } })),
  ).toMatchObject({ status: 415 });
});

test('a gzip bomb is stopped', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, pktLine(`have ${head}\n`)));
  const before = process.memoryUsage().rss;
  const answer = await sendRaw(
    door.port,
    post({ app: 'demo', service: 'upload-pack', token, body: bomb, headers: { 'Content-Encoding': 'gzip' } }),
  );
  expect([400, 413]).toContain(answer.status);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});

test('a client that leaves in the middle of its upload takes git with it', async () => {
  door.gone.length = 0;
  for (let i = 0; i < 3; i += 1) {
    const socket = connect(door.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      requestHead({
        path: '/demo.git/git-receive-pack',
        token,
        headers: { 'Content-Type': 'application/x-git-receive-pack-request', 'Content-Length': 1e6 },
      }),
    );
    const line = pktLine(`${'0'.repeat(40)} ${head} refs/heads/half\0 report-status side-band-64k`);
    socket.write(`${line}0000PACK`);
    await until(() => door.door.sessions.list().length === 1).toBe(true);
    if (i === 0) socket.destroy();
    else if (i === 1) socket.resetAndDestroy();
    else socket.end();
    await until(() => door.door.sessions.list().length === 0).toBe(true);
  }
  expect(door.gone).toHaveLength(3);
});

test('a client that leaves in the middle of a download takes git with it', async () => {
  const big = await aTree(join(door.dir, 'big'), { 'big.bin': randomBytes(30e6) });
  await git(big, 'push', door.remote('demo'), 'main:big');
  const id = (await git(big, 'rev-parse', 'HEAD')).output.trim();
  const [headText, body] = post({
    app: 'demo',
    service: 'upload-pack',
    token,
    body: `${pktLine(`want ${id} side-band-64k\n`)}0000${pktLine('done\n')}`,
  });
  const socket = connect(door.port, '127.0.0.1');
  socket.write(headText);
  socket.write(body);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  await sleep(200);
  expect(gitChildren().length).toBeGreaterThan(0);
  socket.destroy();
  await until(() => gitChildren().length === 0).toBe(true);
}, 30_000);

test('Ctrl-C while the hook runs ends git and the hook, and the push is reported gone', async () => {
  door.gone.length = 0;
  await door.setHook('cat >/dev/null; echo started; sleep 60 & wait');
  await commit(tree, { 'a.txt': 'more' }, 'More');
  const push = spawn('git', ['push', door.remote('demo'), 'main'], { cwd: tree, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  push.stderr.on('data', (chunk: Buffer) => (text += chunk));
  await until(() => text.includes('started')).toBe(true);
  process.kill(-push.pid!, 'SIGINT');
  const began = performance.now();
  await until(() => door.gone.length === 1).toBe(true);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(door.gone[0]).toMatchObject({ appName: 'demo' });
  await until(() => !execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(join(door.dir, 'hooks'))).toBe(true);
  await door.setHook('cat >/dev/null');
  await git(tree, 'reset', '-q', '--hard', head);
});

test('a push larger than the limit is refused in one clear line, and nothing stays', async () => {
  const small = await openDoor({ maxPackBytes: 100_000 });
  try {
    await small.anApp('limited', (await small.aUser('jane@example.com')).user);
    const large = await aTree(join(small.dir, 'large'), { 'big.bin': randomBytes(8e6) });
    const push = await git(large, 'push', small.remote('limited'), 'main');
    expect(push.code).toBe(1);
    expect(push.output).toContain('pack exceeds maximum allowed size (97.66 KiB)');
    expect(push.output).toContain('[remote rejected] main -> main (unpacker error)');
    expect((await git(large, 'ls-remote', small.remote('limited'))).output).toBe('');
  } finally {
    await small.stop();
  }
}, 30_000);

/** Children of ours that are git. */
function gitChildren(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return Number(parent) === process.pid && name?.startsWith('git');
    } catch {
      return false;
    }
  });
}
