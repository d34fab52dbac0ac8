// Commits of a repository elsewhere, by whatever they are called: the real git at git's own HTTP server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLogin } from '../../../src/model/git/remote-url.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { fetchCommit, isCommit, lookUp } from '../../../src/outbound/git-commit.js';
import { withGit } from '../../../src/outbound/git.js';
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

function fetched(ref: string | null): Promise<string> {
  const [name = '', password = ''] = HOST_LOGIN.split(':');
  const url = withLogin(app.url, { name, password });
  const guard = openFetchGuard(['127.0.0.1']);
  const settings = { cacheDir: dir, tempDir: dir, timeoutMs: 30_000, allowsFiles: false, guard };
  return withGit(settings, url, new AbortController().signal, async (git) => {
    const repo = mkdtempSync(join(dir, 'repo-'));
    await initRepo(git, repo);
    const found = isCommit(ref) ? ref : await lookUp(git, url, ref);
    return fetchCommit((args) => git(args, repo), { url, commit: found, name: found ?? ref ?? 'HEAD' });
  });
}
