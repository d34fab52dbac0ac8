// Commits of a repository elsewhere, by whatever they are called: the real git at git's own HTTP server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLogin } from '../../../src/model/git/remote-url.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { fetchCommit, isCommit, lookUp } from '../../../src/outbound/git-commit.js';
import { withGit, type Git } from '../../../src/outbound/git.js';
import { initRepo } from '../../../src/outbound/init-repo.js';
import { HOST_LOGIN, startGitHost, type GitHost, type HostedRepository } from '../../support/git-host.js';

let host: GitHost;
let app: HostedRepository;
let later: string;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-git-commit-'));
  host = await startGitHost({ isPlain: true });
  app = await host.repository('app', { 'a.txt': 'one' });
  await app.git('tag', '-a', '-m', 'One', 'v1');
  await app.git('push', '-q', 'origin', 'v1');
  later = await app.push({ 'a.txt': 'two' });
  await app.git('push', '-q', 'origin', 'HEAD:refs/heads/feature/two');
});

afterAll(async () => {
  await host?.stop();
  rmSync(dir, { recursive: true, force: true });
});

it.each([
  ['a branch', () => 'main', () => later],
  ['a branch with a slash', () => 'feature/two', () => later],
  ['a tag with a message', () => 'v1', () => app.commit],
  ['a whole commit', () => app.commit, () => app.commit],
  ['the first letters of one', () => app.commit.slice(0, 10), () => app.commit],
  ["the repository's own choice", () => null, () => later],
])('%s', async (_, ref, commit) => {
  expect(await fetched(ref())).toBe(commit());
});

it('none', async () => {
  await expect(fetched('nowhere')).rejects.toThrow('it has no branch, tag or commit "nowhere"');
});

it('of a repository of which there is far too much: that ends git, and is heard once', async () => {
  let heard = 0;
  const endless = ['-c', 'alias.endless=!yes', 'endless'];
  const hear = () => {
    heard += 1;
    // Meanwhile git fills its pipe again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    throw new Error('Far too much.');
  };
  await expect(inGit((git) => git(endless, dir, hear))).rejects.toThrow('Far too much.');
  await expect(inGit((git) => git(endless))).rejects.toThrow('git says far too much of it');
  expect(heard).toBe(1);
});

function inGit<T>(work: (git: Git, url: string) => Promise<T>): Promise<T> {
  const [name = '', password = ''] = HOST_LOGIN.split(':');
  const url = withLogin(app.url, { name, password });
  const guard = openFetchGuard(['127.0.0.1']);
  const settings = { cacheDir: dir, tempDir: dir, timeoutMs: 30_000, allowsFiles: false, guard };
  return withGit(settings, url, new AbortController().signal, (git) => work(git, url));
}

function fetched(ref: string | null): Promise<string> {
  return inGit(async (git, url) => {
    const repo = mkdtempSync(join(dir, 'repo-'));
    await initRepo(git, repo);
    const found = isCommit(ref) ? ref : await lookUp(git, url, ref);
    return fetchCommit((args) => git(args, repo), { url, commit: found, name: found ?? ref ?? 'HEAD' });
  });
}
