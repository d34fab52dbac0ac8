// Small reads of a repository, for the API and the dashboard: 2 to 16 ms, without starting a process.
import fs from 'node:fs';
import { subjectOf } from '../../model/git/commit-subject.js';

export interface CommitSummary {
  commit: string;
  author: { name: string; email: string };
  /** Seconds since the epoch. */
  time: number;
  subject: string;
  message: string;
  /** The text of its Procfile; null when it has none. */
  procfile: string | null;
}

/** Reads a commit; null when the repository doesn't hold it (yet: a push's objects appear when it is accepted). */
export async function readCommit(o: { repoDir: string; commit: string }): Promise<CommitSummary | null> {
  // Loaded at first use: most processes that may read a commit never do.
  const { default: git } = await import('isomorphic-git');
  const at = { fs, gitdir: o.repoDir, oid: o.commit };
  try {
    const { commit } = await git.readCommit(at);
    const procfile = await git.readBlob({ ...at, filepath: 'Procfile' }).catch(orMissing);
    return {
      commit: o.commit,
      author: { name: commit.author.name, email: commit.author.email },
      time: commit.author.timestamp,
      subject: subjectOf(commit.message),
      message: commit.message,
      procfile: procfile && Buffer.from(procfile.blob).toString('utf8'),
    };
  } catch (error) {
    return orMissing(error);
  }
}

function orMissing(error: unknown): null {
  if ((error as { code?: unknown }).code === 'NotFoundError') return null;
  throw error;
}
