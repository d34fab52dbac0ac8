// A commit of a repository that lies elsewhere: found by what it is called, and fetched.
import { FetchFault, isFetchFault } from './fetch-fault.js';
import type { Git } from './git.js';

/** The commit that a ref names, asked of the server; null when it names none (it may be a shortened commit). */
export async function lookUp(git: Git, url: string, ref: string | null): Promise<string | null> {
  const wanted = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
  const lines = (await git(['ls-remote', '--', url, ...wanted])).trim().split('\n');
  const commits = new Map(lines.map((line) => line.split('\t').reverse() as [string, string]));
  const names = ref === null ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  return names.map((name) => commits.get(name)).find((commit) => commit !== undefined) ?? null;
}

/** The commit that a branch is at; null where there is no such branch. Throws FetchFault. */
export async function branchTip(git: Git, url: string, branch: string): Promise<string | null> {
  const said = await git(['ls-remote', '--', url, `refs/heads/${branch}`]);
  const line = said.split('\n').find((each) => each.endsWith(`\trefs/heads/${branch}`));
  return line?.split('\t')[0] ?? null;
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

/** Whether a ref is the whole id of a commit. */
export function isCommit(ref: string | null): ref is string {
  return ref !== null && /^[0-9a-f]{40}$/.test(ref);
}
