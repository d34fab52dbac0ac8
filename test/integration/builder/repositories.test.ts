// Builds of a repository at a git host: the real git against git's own HTTP server, behind TLS and a password.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { splitLogin } from '../../../src/model/git/remote-url.js';
import { findRelease } from '../../../src/store/app/releases.js';
import { readBuildLogin } from '../../../src/store/build/build-logins.js';
import { makeSshKey } from '../../../src/lib/net/ssh-key.js';
import { findConnection, saveConnection } from '../../../src/store/connection/connections.js';
import { startSshd, type Sshd } from '../../support/sshd.js';
import { HOST_LOGIN, startGitHost, type GitHost, type HostedRepository } from '../../support/git-host.js';
import { startWorld, type Pushed, type World } from './world.js';

let host: GitHost;
let plain: GitHost;
let sshd: Sshd;
let app: HostedRepository;
let world: World;
const MAX_MB = 1;
/** With its subject it is cut in the midst of its last character. */
const LONG_MESSAGE = `${'x'.repeat(65_526)}🚀`;

beforeAll(async () => {
  [host, plain, sshd] = await Promise.all([startGitHost(), startGitHost({ isPlain: true }), startSshd()]);
  process.env['GIT_SSL_CAINFO'] = host.caFile;
  app = await host.repository('app', { Procfile: 'web: true\n', 'a.txt': 'one' });
  // All hosts of this test are allowed by their ports, as an operator may do; all else is not.
  const allow = [host, plain, sshd].map(({ url }) => new URL(url).host);
  world = await startWorld({ spareBuilds: 0, fetchAllow: allow, sourceFetchMb: MAX_MB, sourceTimeoutMs: 20_000 });
});

afterAll(async () => {
  delete process.env['GIT_SSL_CAINFO'];
  await world?.stop();
  await Promise.all([host?.stop(), plain?.stop(), sshd?.stop()]);
});

beforeEach(() => {
  host.manners = 'good';
  host.heard = [];
});

/** The URL with the login that the host takes. */
const opened = (url: string, login = HOST_LOGIN) => url.replace('//', `//${login.split(':').map(encodeURIComponent).join(':')}@`);

async function build(text: string, ref: string, more: { buildpacks?: string[] } = {}): Promise<Pushed> {
  const { url, login } = splitLogin(text, 'url');
  const made = await world.newApp();
  return world.push(made, {}, { origin: 'api', source: url, git: { ref, login }, commit: null, description: null, ...more });
}

describe('a commit of a private repository', () => {
  const secret = HOST_LOGIN.split(':')[1]!;
  let commit: string;
  let pushed: Pushed;

  // One build, of all that there may be: with a private submodule at the same host, by a buildpack that looks for what opens them.
  beforeAll(async () => {
    await host.repository('lib', { 'lib.txt': 'lib' });
    await app.git('-c', 'http.sslVerify=false', 'submodule', 'add', '-q', opened(`${host.url}/lib.git`), 'vendor/lib');
    const gitmodules = '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib.git\n';
    const files = { 'a.txt': 'two', 'kept/b.txt': 'b', '.gitattributes': 'kept export-ignore\n', '.gitmodules': gitmodules };
    commit = await app.push(files, { subject: `Say two\n\n${LONG_MESSAGE}` });
    const spy = await world.packRepository({
      'bin/detect': '#!/bin/sh\necho Spy\n',
      'bin/compile': '#!/bin/sh\nenv\ncat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\\0" "\\n"\ngrep -r s3cret "$1" || true\n',
    });
    pushed = await build(opened(app.url), 'main', { buildpacks: [spy.url] });
  });

  it('is built as git push would build it', async () => {
    expect(pushed.build.failure).toBe(null);
    expect(await world.read(pushed.slug!, 'app/a.txt')).toBe('two');
    expect(await world.read(pushed.slug!, 'app/kept/b.txt')).toBe('b');
    expect(await world.list(pushed.slug!)).not.toContainEqual(expect.stringContaining('.git/'));
  });

  it('is told by its subject and author', async () => {
    expect(pushed.output).toMatch(new RegExp(`^-----> Fetching main of ${app.url}\n {7}${commit.slice(0, 8)} Say two\n-----> Building on`));
    expect(pushed.build).toMatchObject({ commit, sourceDescription: 'Say two', source: app.url });
    const message = `Say two\n\n${'x'.repeat(65_526)}`;
    const author = { name: 'Ada L', email: 'ada@example.com' };
    expect(pushed.build.commitTold).toMatchObject({ id: commit, author, subject: 'Say two', message });
    const release = await findRelease(world.ctx.store, pushed.build.appId, pushed.build.releaseId!);
    expect(release?.description).toBe(`Deploy ${commit.slice(0, 8)}`);
  });

  it('has its private submodule at the same host, by a relative URL', async () => {
    expect(pushed.output).toContain(`-----> Git submodules detected, installing\n       vendor/lib: ${host.url}/lib.git at `);
    expect(await world.read(pushed.slug!, 'app/vendor/lib/lib.txt')).toBe('lib');
  });

  it('leaves what opens it in no output, no row in the open, no environment and no slug, and nowhere once it has ended', async () => {
    expect(pushed.output).toContain('SOURCE_VERSION=');
    expect(`${pushed.output}${JSON.stringify(pushed.build)}`).not.toMatch(new RegExp(`${secret}|${encodeURIComponent(secret)}`));
    expect(await readBuildLogin(world.ctx.store, pushed.build.id)).toBe(null);
  });

  it('is given to nobody but its host', async () => {
    host.manners = { to: plain.url };
    const pushed = await build(opened(app.url), 'main');
    expect(pushed.build.failure).toMatch(/it is private, or not there/);
    expect(plain.heard.filter((line) => line.includes('Basic'))).toEqual([]);
    expect(plain.heard).not.toEqual([]);
  });
});

it('a commit by ssh, with a submodule at the same server, by the key of its connection only', async () => {
  const lib = await host.repository('ssh-lib', { 'lib.txt': 'lib' });
  const outer = await host.repository('ssh-app', { Procfile: 'web: true\n' });
  const [to, inner] = await Promise.all([outer, lib].map(async ({ git }) => sshd.url + (await git('remote', 'get-url', 'origin'))));
  await outer.git('submodule', 'add', '-q', await lib.git('remote', 'get-url', 'origin'), 'vendor/lib');
  const commit = await outer.push({ '.gitmodules': `[submodule "lib"]\n\tpath = vendor/lib\n\turl = ${inner}\n` });
  const pair = makeSshKey('slipway-test');
  sshd.allow(pair.publicKey);
  const made = await world.newApp();
  const facts = {
    appId: made.id,
    userId: made.ownerId,
    url: to!,
    branch: 'main',
    host: 'other',
    apiUrl: null,
    auto: false,
    waitForCi: false,
  };
  const c = await saveConnection(world.ctx.store, { ...facts, host: 'other', login: null, key: pair, hookSecret: 'x' });
  const wanted = { origin: 'api', source: c.url, git: { ref: 'main', login: null, connectionId: c.id }, commit: null } as const;
  const pushed = await world.push(made, {}, { ...wanted, description: null });
  expect(pushed.build).toMatchObject({ failure: null, commit });
  expect(await world.read(pushed.slug!, 'app/vendor/lib/lib.txt')).toBe('lib');
  expect((await findConnection(world.ctx.store, c.id))?.hostKeys).toContain('ssh-ed25519');
  const alone = await world.push(made, {}, { ...wanted, git: { ref: 'main', login: null }, description: null });
  expect(alone.build.failure).toMatch(/can't be built: the platform has no ssh key for it/);
});

describe('a repository that can not be had fails the build, in words', () => {
  it.each([
    ['without a login', () => app.url, 'main', /: it is private, or not there: its server asks for a name and password, or a token\.$/],
    ['with a wrong one', () => opened(app.url, 'robot:wrong'), 'main', /: its server refuses the name and password, or token\.$/],
    ['that is not there', () => opened(`${host.url}/gone.git`), 'main', /: git says: the repository not found\.$/],
    ['without that branch', () => opened(app.url), 'nowhere', /: it has no branch, tag or commit "nowhere"\.$/],
    ['inside', () => 'http://169.254.169.254/x.git', 'main', /169\.254\.169\.254 is not on the public internet/],
    ['of this machine', () => 'http://localhost:1/x.git', 'main', /localhost is not on the public internet/],
  ])('%s', async (_, url, ref, why) => {
    const pushed = await build(url(), ref);
    expect(pushed.build.failure).toMatch(why);
    expect(pushed.build.failure).toMatch(/^https?:\S+\.git can't be built: /);
    expect(pushed.output).toMatch(/ !     Push failed\n$/);
  });

  it('since its host leads inside', async () => {
    host.manners = { to: 'http://localhost:1' };
    expect((await build(opened(app.url), 'main')).build.failure).toMatch(/localhost is not on the public internet/);
  });

  it('since its host is broken', async () => {
    host.manners = 'broken';
    expect((await build(opened(app.url), 'main')).build.failure).toMatch(/The requested URL returned error: 500/);
  });

  it('since it is too large', async () => {
    const huge = await host.repository('huge', {
      Procfile: 'web: true\n',
      noise: randomBytes(1.25 * MAX_MB * 1024 * 1024).toString('base64'),
    });
    expect((await build(opened(huge.url), 'main')).build.failure).toMatch(/: it is larger than 1 MB, which is the most that is fetched\.$/);
  });

  it('since its files are in Git LFS', async () => {
    const lfs = await host.repository('lfs', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'a.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    });
    expect((await build(opened(lfs.url), 'main')).build.failure).toContain('a.bin is kept in Git LFS');
  });

  it('since its host says nothing for too long', async () => {
    host.manners = 'silent';
    await world.restart({ sourceTimeoutMs: 1_000 });
    expect((await build(opened(app.url), 'main')).build.failure).toMatch(/: it did not answer within 1 s\.$/);
  });
});
