// Reads a commit for the API: a few ms, without starting a process.
import fs from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectOf } from '../../model/git/commit-subject.js';
import type { Commit } from '../../model/git/commit.js';
import { PlatformError } from '../../model/errors.js';

/** The reader holds packs in memory, whole. */
const MOST_PACKED_BYTES = 64 * 1024 * 1024;

/**
 * Reads a commit; null when the repository doesn't hold it (yet: a push's objects appear when it is accepted). To be
 * asked for commits that were pushed only: the hook refused those that are too large, while any object may be one that
 * inflates without end. Throws `too_large` for a repository whose packs are of more than 64 MB.
 */
export async function readCommit(o: { repoDir: string; id: string }): Promise<Commit | null> {
  if ((await packedBytes(o.repoDir)) > MOST_PACKED_BYTES)
    throw new PlatformError('too_large', 'Commits of a repository with packs of more than 64 MB are not read here: ask git, in a clone.');
  // Loaded at first use: 70 ms and 20 MB, which most processes never need.
  const { default: git } = await import('isomorphic-git');
  try {
    const { commit } = await git.readCommit({ fs, gitdir: o.repoDir, oid: o.id });
    return {
      id: o.id,
      author: { name: commit.author.name, email: commit.author.email },
      committedAt: new Date(commit.committer.timestamp * 1000),
      subject: subjectOf(commit.message),
      message: commit.message,
    };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'NotFoundError') return null;
    throw error;
  }
}

async function packedBytes(repoDir: string): Promise<number> {
  const dir = join(repoDir, 'objects', 'pack');
  const names = await readdir(dir).catch(() => []);
  const sizes = names.filter((name) => name.endsWith('.pack')).map((name) => stat(join(dir, name)).then(({ size }) => size, gone));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A pack that was packed anew meanwhile. */
function gone(): number {
  return 0;
}
