// Buildpacks in git repositories: the commit is found first, so that one seen before is not fetched again.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fetchCommit, isCommit, lookUp } from '../../outbound/git-commit.js';
import { initRepo } from '../../outbound/init-repo.js';
import { withGit, type FetchSettings, type Git } from '../../outbound/git.js';
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

function cacheFile(o: FetchSettings, url: string, commit: string): string {
  return join(o.cacheDir, `${createHash('sha256').update(url).digest('hex').slice(0, 16)}-${commit}.tar`);
}

/** Whether a buildpack is kept; its time says that it was used, for whoever tidies. */
async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found) await utimes(file, new Date(), new Date());
  return found !== null;
}
