// What git tells about the pushed commit. Its objects are in quarantine: only our own children see them.
import type { ChildProcess } from 'node:child_process';
import { PlatformError } from '../model/errors.js';
import { subjectOf } from '../model/git/commit-subject.js';
import type { Link } from '../model/git/submodules.js';
import { openTreeReader, type TreeFacts } from '../model/git/tree-listing.js';
import type { RefUpdate } from './push-plan.js';
import { hearGit, runGit, saidTooMuch, startGit, type Repo } from './repo.js';

export interface CommitFacts {
  commit: string;
  subject: string;
  /** Its .gitmodules; empty when it has none. */
  gitmodules: string;
  /** Whether attributes of it, at its top or below, send files to Git LFS. */
  usesLfs: boolean;
  /** Where it links to commits of other repositories. */
  links: Link[];
}

export interface PushFacts {
  /** Null when what was pushed isn't a commit. */
  pushed: CommitFacts | null;
  /** The commit the branch is at now; null when there is no such branch. */
  current: string | null;
}

/** Reads what was pushed and where the branch is. `tree` is what `readTree` tells. */
export async function readPushFacts(repo: Repo, update: RefUpdate, listing: Promise<TreeFacts | null>): Promise<PushFacts> {
  const [objects, tree] = await Promise.all([readObjects(repo, [update.new, `${update.new}:.gitmodules`, update.ref]), listing]);
  const [commit, modules, branch] = objects;
  const current = branch?.id ?? null;
  if (commit?.type !== 'commit' || !tree) return { pushed: null, current };
  const attributes = await readObjects(
    repo,
    tree.attributes.map((path) => `${update.new}:${path}`),
  );
  const usesLfs = attributes.some((file) => /^[^#\n]*\bfilter=lfs\b/m.test(file?.text ?? ''));
  return {
    current,
    pushed: { commit: commit.id, subject: subjectOf(messageOf(commit.text)), gitmodules: modules?.text ?? '', usesLfs, links: tree.links },
  };
}

/** What is in a commit's tree; null when it isn't a commit. Throws `too_large` for one that can't be built. */
export async function readTree(repo: Repo, commit: string): Promise<TreeFacts | null> {
  const reader = openTreeReader();
  const isRead = await hearGit(repo, ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit], reader.read);
  return isRead ? reader.facts() : null;
}

/** How many paths differ between what was pushed before and now; null when git can't tell. */
export async function countChangedPaths(repo: Repo, update: RefUpdate): Promise<number | null> {
  let count = 0;
  const isRead = await hearGit(repo, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', update.old, update.new], (chunk) => {
    for (const byte of chunk) if (byte === 0) count += 1;
  });
  return isRead ? count : null;
}

/** Whether something below one of these paths differs between what was pushed before and now; true when git can't tell. */
export async function hasChangedBelow(repo: Repo, update: RefUpdate, paths: readonly string[]): Promise<boolean> {
  const compare = ['diff-tree', '-r', '--name-only', '--no-renames', update.old, update.new];
  let isChanged = false;
  const isRead = await hearGit(repo, ['--literal-pathspecs', ...compare, '--', ...paths], () => (isChanged = true));
  return isChanged || !isRead;
}

/** A file of the commit that Git LFS holds, if there is one. */
export async function findLfsFile(repo: Repo, commit: string): Promise<string | null> {
  const args = ['grep', '-l', '-F', '--max-count=1', '-e', 'version https://git-lfs.github.com/spec/v1', commit];
  const found = await runGit(repo, args).catch(() => null);
  return (
    found?.stdout
      .toString()
      .split('\n')
      .find((line) => !line.endsWith('.gitattributes'))
      ?.slice(commit.length + 1) || null
  );
}

/** Packs the commit's files as a tar, on the child's stdout. */
export function archive(repo: Repo, commit: string): ChildProcess {
  return startGit(repo, ['archive', '--format=tar', commit]);
}

/** What follows on a commit's headers. */
function messageOf(commit: string): string {
  return commit.slice(commit.indexOf('\n\n') + 2);
}

interface GitObject {
  id: string;
  type: string;
  text: string;
}

/** Reads small objects by name with `git cat-file --batch`; undefined for those that aren't there. */
async function readObjects(repo: Repo, names: string[]): Promise<Array<GitObject | undefined>> {
  if (names.length === 0) return [];
  const child = runGit(repo, ['cat-file', '--batch']);
  child.child.stdin?.on('error', () => undefined).end(names.map((name) => `${name}\n`).join(''));
  const { stdout } = await child.catch((error: unknown) => {
    if (!saidTooMuch(error)) throw error;
    throw new PlatformError('too_large', "The commit's message, its .gitmodules or its .gitattributes are far too large to be built from.");
  });
  return parseBatch(stdout, names.length);
}

/** Parses `<id> <type> <size>\n<bytes>\n` and `<name> missing\n`, as often as asked. */
export function parseBatch(output: Buffer, count: number): Array<GitObject | undefined> {
  const objects: Array<GitObject | undefined> = [];
  let at = 0;
  while (objects.length < count) {
    const lineEnd = output.indexOf(10, at);
    const head = /^([0-9a-f]+) (\w+) (\d+)$/.exec(output.subarray(at, lineEnd).toString());
    at = lineEnd + 1;
    if (!head) objects.push(undefined);
    else {
      const size = Number(head[3]);
      objects.push({ id: head[1]!, type: head[2]!, text: output.subarray(at, at + size).toString('utf8') });
      at += size + 1;
    }
  }
  return objects;
}
