// What a hostile pusher tries on the git door, step by step, and what they get.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFetchGuard } from '../../src/outbound/fetch-guard.js';
import { withGit } from '../../src/outbound/git.js';
import { listBuilds } from '../../src/store/build/builds.js';
import { git, openWeb, type OpenWeb } from '../integration/hook/open-web.js';

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb();
}, 60_000);
afterAll(() => web?.stop());

const WHO = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x' };

/** A repository of its own for the attacker, and a git that is fed by hand. */
async function attacker(name: string) {
  const app = await web.anApp(name);
  const dir = join(web.dir, 'attackers', name);
  await mkdir(dir, { recursive: true });
  const run = (args: string[], input: string | Buffer = '') =>
    execFileSync('git', args, { cwd: dir, input, env: { ...process.env, ...WHO }, maxBuffer: 1 << 26 })
      .toString()
      .trim();
  run(['init', '-q', '-b', 'main']);
  const commitTree = (tree: string) => run(['update-ref', 'refs/heads/main', run(['commit-tree', tree, '-m', 'Boom'])]);
  return { app, dir, run, commitTree, push: () => git(dir, 'push', web.remote(name), 'main') };
}

type Attacker = Awaited<ReturnType<typeof attacker>>;

/** Trees in trees: ten levels of ten names, all of one object. */
function nest({ run }: Attacker, leaf: string, levels: number): string {
  let entry = leaf;
  for (let level = 0; level < levels; level += 1)
    entry = `040000 tree ${run(['mktree'], Array.from({ length: 10 }, (_, i) => entry.replace('NAME', `n${i}`)).join(''))}\tNAME\n`;
  return entry.split(' ')[2]!.split('\t')[0]!;
}

async function isRefused(name: string, make: (a: Attacker) => void, words: string): Promise<void> {
  const a = await attacker(name);
  make(a);
  const before = process.memoryUsage.rss();
  const began = performance.now();
  const push = await a.push();
  expect(push).toMatchObject({ code: 1, remote: expect.stringContaining(words) });
  expect(performance.now() - began).toBeLessThan(60_000);
  // `web` runs in this process.
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  expect(await listBuilds(web.ctx.store, a.app.id)).toEqual([]);
}

describe('a few hundred bytes that stand for', () => {
  it('ten thousand million files', () =>
    isRefused(
      'many-files',
      (a) => a.commitTree(nest(a, `100644 blob ${a.run(['hash-object', '-w', '--stdin'], 'x')}\tNAME\n`, 10)),
      'The commit holds more than 500,000 files and folders',
    ));

  it('as many folders, and not one file', () =>
    isRefused(
      'many-folders',
      (a) => a.commitTree(nest(a, `040000 tree ${a.run(['mktree'])}\tNAME\n`, 10)),
      'The commit holds more than 500,000 files and folders',
    ));

  it('a terabyte', () =>
    isRefused(
      'terabyte',
      (a) => a.commitTree(nest(a, `100644 blob ${a.run(['hash-object', '-w', '--stdin'], Buffer.alloc(10_000_000))}\tNAME\n`, 5)),
      "The commit's files are larger than 1024 MB together",
    ));

  it('a message of 40 MB', () =>
    isRefused(
      'long-message',
      (a) => a.run(['update-ref', 'refs/heads/main', a.run(['commit-tree', a.run(['mktree'])], 'x'.repeat(40_000_000))]),
      'far too large to be built from',
    ));

  it('settings of submodules of 40 MB', () =>
    isRefused(
      'long-settings',
      (a) =>
        a.commitTree(a.run(['mktree'], `100644 blob ${a.run(['hash-object', '-w', '--stdin'], '#\n'.repeat(20_000_000))}\t.gitmodules\n`)),
      'far too large to be built from',
    ));

  it('an object of 3 GB, made of deltas', async () => {
    const a = await attacker('delta-bomb');
    // A small one is a pack like any other; what is refused is the ref, whose commit isn't in it.
    expect(await rawPush(web.remote('delta-bomb'), deltaBomb(1024 ** 2))).toContain('unpack ok');
    expect(await rawPush(web.remote('delta-bomb'), deltaBomb(3 * 1024 ** 3))).toMatch(/unpack (?!ok)/);
    expect((await git(a.dir, 'ls-remote', web.remote('delta-bomb'))).output).toBe('');
  });
});

/** One small blob, and a delta on it that copies it again and again. */
function deltaBomb(size: number): Buffer {
  const base = Buffer.alloc(0x10000, 'x');
  const varint = (n: number) => {
    const bytes = [];
    for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) + 128);
    return Buffer.from([...bytes, n]);
  };
  // "Copy from 0": with no size at all it means 65,536 bytes.
  const delta = Buffer.concat([varint(base.length), varint(size), Buffer.alloc(size / base.length, 0x80)]);
  const id = createHash('sha1').update(`blob ${base.length}\0`).update(base).digest();
  const head = (type: number, length: number) => {
    const first = (type << 4) | (length & 15);
    const more = Math.floor(length / 16);
    return more === 0 ? Buffer.from([first]) : Buffer.concat([Buffer.from([first | 128]), varint(more)]);
  };
  const body = Buffer.concat([
    Buffer.from('PACK\0\0\0\x02\0\0\0\x02', 'latin1'),
    head(3, base.length),
    deflateSync(base),
    head(7, delta.length),
    id,
    deflateSync(delta),
  ]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

async function rawPush(remote: string, pack: Buffer): Promise<string> {
  const { username, password, origin, pathname } = new URL(remote);
  const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/bomb\0report-status`;
  const body = Buffer.concat([Buffer.from(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`), pack]);
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': 'application/x-git-receive-pack-request',
  };
  return (await fetch(`${origin}${pathname}/git-receive-pack`, { method: 'POST', headers, body: new Uint8Array(body) })).text();
}

describe('a password in the URL of a buildpack', () => {
  it('is given to its server only, and seen by no other process of the machine', async () => {
    const seen: string[] = [];
    const given: string[] = [];
    const server = createServer((req, res) => {
      void commandLines().then((lines) => {
        seen.push(...lines);
        if (req.headers.authorization) given.push(Buffer.from(req.headers.authorization.replace('Basic ', ''), 'base64').toString());
        if (req.headers.authorization) res.writeHead(404).end();
        else res.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = { cacheDir: web.dir, tempDir: web.dir, timeoutMs: 30_000, allowsFiles: false, guard: openFetchGuard(['127.0.0.1']) };
    const url = `http://me:open@sesame%20"$(id)'@${host}/x.git`;
    const failure = await withGit(place, url, new AbortController().signal, (run) => run(['ls-remote', '--', url, 'HEAD'])).catch(
      (error: Error) => error.message,
    );
    server.close();
    expect(failure).toMatch(/not found/);
    expect(given).toEqual([`me:open@sesame "$(id)'`]);
    expect(seen.some((line) => line.includes('ls-remote'))).toBe(true);
    expect(seen.filter((line) => line.includes('sesame'))).toEqual([]);
  });
});

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}
