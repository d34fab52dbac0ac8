// Repositories by ssh: the real git and ssh at OpenSSH's own server.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fingerprintOf, makeSshKey } from '../../../src/lib/net/ssh-key.js';
import { sshServer, sshUrl, type SshLogin } from '../../../src/model/git/ssh-url.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { fetchCommit, lookUp } from '../../../src/outbound/git-commit.js';
import { withGit, type Git } from '../../../src/outbound/git.js';
import { initRepo } from '../../../src/outbound/init-repo.js';
import { startGitHost, type GitHost, type HostedRepository } from '../../support/git-host.js';
import { startSshd, type Sshd } from '../../support/sshd.js';

const pair = makeSshKey('slipway-test');
let host: GitHost;
let sshd: Sshd;
let app: HostedRepository;
let dir: string;
let url: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "slipway-ssh it's 100%-"));
  [host, sshd] = await Promise.all([startGitHost({ isPlain: true }), startSshd()]);
  app = await host.repository('app', { 'a.txt': 'one' });
  url = sshd.url + (await app.git('remote', 'get-url', 'origin'));
});

beforeEach(() => sshd.allow(pair.publicKey));

afterAll(async () => {
  await Promise.all([host?.stop(), sshd?.stop()]);
  rmSync(dir, { recursive: true, force: true });
});

function loginFor(to: string, o: Partial<SshLogin> = {}): SshLogin & { pinned: string[] } {
  const pinned: string[] = [];
  const pin = (hostKeys: string) => Promise.resolve(void pinned.push(hostKeys));
  return { server: sshServer(to)!, key: pair.privateKey, hostKeys: null, pin, pinned, ...o };
}

function using<T>(ssh: SshLogin | undefined, to: string, work: (git: Git) => Promise<T>, allow = ['127.0.0.1']): Promise<T> {
  const place = { cacheDir: dir, tempDir: dir, timeoutMs: 60_000, allowsFiles: false, guard: openFetchGuard(allow), ssh };
  return withGit(place, to, new AbortController().signal, work);
}

it('a commit is fetched; what the host shows at first contact is told once, and nothing of it is left', async () => {
  const ssh = loginFor(url);
  const commit = await using(ssh, url, async (git) => {
    const repo = join(dir, 'app.git');
    await initRepo(git, repo);
    const found = await lookUp(git, url, 'main');
    const id = await fetchCommit((args) => git(args, repo), { url, commit: found, name: found ?? 'main' });
    rmSync(repo, { recursive: true });
    return id;
  });
  expect(commit).toBe(app.commit);
  expect(ssh.pinned.map(fingerprintOf)).toEqual([sshd.fingerprint()]);
  expect(ssh.hostKeys).toBe(ssh.pinned[0]);
  expect(readdirSync(dir)).toEqual([]);
  await using(ssh, url, (git) => lookUp(git, url, null));
  expect(ssh.pinned).toHaveLength(1);
});

it('the key is in no environment, argument or file that git and ssh are given', async () => {
  const ssh = loginFor(url);
  const spy = 'alias.spy=!tr "\\0" "\\n" </proc/self/environ; cat "$(dirname "$SSH_AUTH_SOCK")"/[ck]*; ls "$(dirname "$SSH_AUTH_SOCK")"';
  const seen = await using(ssh, url, (git) => git(['-c', spy, 'spy']));
  expect(seen).toMatch(/\nHost \*\n[^]*\nagent\nconfig\nknown\n$/);
  for (const secret of pair.privateKey.split('\n').slice(1, -2)) expect(seen).not.toContain(secret);
});

it('a host that shows another key later is refused, until it is met anew', async () => {
  const ssh = loginFor(url);
  await using(ssh, url, (git) => lookUp(git, url, null));
  await sshd.changeHostKey();
  await expect(using(ssh, url, (git) => lookUp(git, url, null))).rejects.toThrow(/^its host shows another key than at first/);
  expect(ssh.pinned).toHaveLength(1);
  const anew = loginFor(url);
  await using(anew, url, (git) => lookUp(git, url, null));
  expect(anew.pinned.map(fingerprintOf)).toEqual([sshd.fingerprint()]);
});

it('a host that does not know the key is pinned all the same: it was met', async () => {
  sshd.allow();
  const ssh = loginFor(url);
  await expect(using(ssh, url, (git) => lookUp(git, url, null))).rejects.toThrow('its host does not take the deploy key');
  expect(ssh.pinned).toHaveLength(1);
});

it.each([
  ['an address inside', () => url, [], /127\.0\.0\.1 is not on the public internet/],
  ['nobody there', () => 'ssh://git@127.0.0.1:1/app.git', ['127.0.0.1'], /its server can not be reached/],
])('%s', async (_, to, allow, why) => {
  const ssh = loginFor(to());
  await expect(using(ssh, to(), (git) => lookUp(git, to(), null), allow)).rejects.toThrow(why);
  expect(ssh.pinned).toEqual([]);
});

it('a key is shown to its own server only', async () => {
  await expect(using(loginFor('ssh://git@example.com/a.git'), url, (git) => lookUp(git, url, null))).rejects.toThrow(
    'the platform has no ssh key for it',
  );
  await expect(using(undefined, url, (git) => lookUp(git, url, null))).rejects.toThrow('the platform has no ssh key for it');
});

it('a repository that is not there, in git words', async () => {
  const gone = sshUrl(`${sshd.url}/nowhere.git`, 'url');
  await expect(using(loginFor(gone), gone, (git) => lookUp(git, gone, null))).rejects.toThrow(/does not appear to be a git repository/);
});

it('keys are what ssh-keygen takes them for', () => {
  const said = execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: pair.publicKey, encoding: 'utf8' });
  expect(said).toBe(`256 ${fingerprintOf(pair.publicKey)} slipway-test (ED25519)\n`);
});
