// Buildpacks in git repositories: the commit is found first, so that one seen before is not fetched again.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FetchFault, isFetchFault } from '../../outbound/fetch-fault.js';
import { initRepo } from '../../outbound/init-repo.js';
import { withGit, type Git, type FetchSettings } from '../../outbound/git.js';
import { readPack, type PackFile } from './archive.js';

/** Fetches a repository's tree at a branch, tag, commit or its default branch. Throws PlatformError with the reason. */
export function fetchGitPack(
  o: FetchSettings,
  url: string,
  ref: string | null,
  signal: AbortSignal,
): Promise<{ files: PackFile[]; commit: string }> {
  return withGit(o, url, signal, async (git) => {
    const commit = isCommit(ref) ? ref : await lookUp(git, url, ref);
    const cached = commit && cacheFile(o, url, commit);
    if (cached && (await isThere(cached))) return { files: await readPack(createReadStream(cached)), commit: commit! };
    return fetchAnew(o, git, { url, commit, ref });
  });
}

async function fetchAnew(
  o: FetchSettings,
  git: Git,
  { url, commit, ref }: { url: string; commit: string | null; ref: string | null },
): Promise<{ files: PackFile[]; commit: string }> {
  const dir = await mkdtemp(join(o.tempDir, 'buildpack-'));
  try {
    await initRepo(git, dir);
    const found = await fetchCommit((args) => git(args, dir), { url, commit, name: commit ?? ref ?? 'HEAD' });
    const file = cacheFile(o, url, found);
    await mkdir(o.cacheDir, { recursive: true });
    await git(['archive', '--format=tar', '-o', join(dir, 'pack.tar'), found], dir);
    const files = await readPack(createReadStream(join(dir, 'pack.tar')));
    await rename(join(dir, 'pack.tar'), file).catch(async () => pipeline(createReadStream(join(dir, 'pack.tar')), createWriteStream(file)));
    return { files, commit: found };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The commit that a ref names, asked of the server; null when it names none (it may be a shortened commit). */
async function lookUp(git: Git, url: string, ref: string | null): Promise<string | null> {
  const wanted = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
  const lines = (await git(['ls-remote', '--', url, ...wanted])).trim().split('\n');
  const commits = new Map(lines.map((line) => line.split('\t').reverse() as [string, string]));
  const names = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  return names.map((name) => commits.get(name)).find((commit) => commit !== undefined) ?? null;
}

/** Fetches a commit into a repository and returns its id; `name` is what else it may be called. Throws FetchFault. */
export async function fetchCommit(
  git: (args: string[]) => Promise<string>,
  { url, commit, name }: { url: string; commit: string | null; name: string },
): Promise<string> {
  // The shallow way first; servers may refuse single commits, and the plainest of them know no shallow way at all.
  const isShallow =
    commit !== null && (await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, commit]).then(() => true, unlessLate));
  if (!isShallow) await git(['fetch', '--quiet', '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch(unlessLate);
  if (found === false) throw new FetchFault('refused', `it has no branch, tag or commit ${JSON.stringify(name)}`);
  return found.trim();
}

/** What failed may be tried in another way, unless there is no time left. */
function unlessLate(error: unknown): false {
  if (isFetchFault(error, 'late')) throw error;
  return false;
}

function isCommit(ref: string | null): ref is string {
  return ref !== null && /^[0-9a-f]{40}$/.test(ref);
}

function cacheFile(o: FetchSettings, url: string, commit: string): string {
  return join(o.cacheDir, `${createHash('sha256').update(url).digest('hex').slice(0, 16)}-${commit}.tar`);
}

/** Whether a buildpack is kept; its time says that it was used, for whoever tidies. */
async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found) await utimes(file, new Date(), new Date());
  return found !== null;
}
