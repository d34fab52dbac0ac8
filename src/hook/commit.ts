// What git tells about the pushed commit. Its objects are in quarantine: only our own children see them.
import type { ChildProcess } from 'node:child_process';
import { linksIn, type Link } from '../model/submodules.js';
import type { RefUpdate } from './push-plan.js';
import { runGit, startGit, type Repo } from './repo.js';

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

/** Reads what was pushed and where the branch is. */
export async function readPushFacts(repo: Repo, update: RefUpdate): Promise<PushFacts> {
  const [objects, tree] = await Promise.all([readObjects(repo, [update.new, `${update.new}:.gitmodules`, update.ref]), readTree(repo, update.new)]);
  const [commit, modules, branch] = objects;
  const current = branch?.id ?? null;
  if (commit?.type !== 'commit') return { pushed: null, current };
  const attributes = await readObjects(repo, tree.attributes.map((path) => `${update.new}:${path}`));
  const usesLfs = attributes.some((file) => /^[^#\n]*\bfilter=lfs\b/m.test(file?.text ?? ''));
  return { current, pushed: { commit: commit.id, subject: subjectOf(commit.text), gitmodules: modules?.text ?? '', usesLfs, links: tree.links } };
}

/** The files of attributes, and the links to other repositories, in a commit's tree; none when it isn't a commit. */
async function readTree(repo: Repo, commit: string): Promise<{ attributes: string[]; links: Link[] }> {
  const listed = await runGit(repo, ['ls-tree', '-r', '-z', '--full-tree', commit]).catch(() => null);
  const listing = listed?.stdout.toString() ?? '';
  const attributes = [...listing.matchAll(/\t((?:[^\0\n]*\/)?\.gitattributes)(?=\0)/g)].map((match) => match[1]!);
  return { attributes, links: linksIn(listing) };
}

/** How many paths differ between what was pushed before and now; null when they are too many to be counted. */
export async function countChangedPaths(repo: Repo, update: RefUpdate): Promise<number | null> {
  const listed = await runGit(repo, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', update.old, update.new]).catch(() => null);
  return listed && listed.stdout.toString().split('\0').length - 1;
}

/** A file of the commit that Git LFS holds, if there is one. */
export async function findLfsFile(repo: Repo, commit: string): Promise<string | null> {
  const args = ['grep', '-l', '-F', '--max-count=1', '-e', 'version https://git-lfs.github.com/spec/v1', commit];
  const found = await runGit(repo, args).catch(() => null);
  return found?.stdout.toString().split('\n').find((line) => !line.endsWith('.gitattributes'))?.slice(commit.length + 1) || null;
}

/** Packs the commit's files as a tar, on the child's stdout. */
export function archive(repo: Repo, commit: string): ChildProcess {
  return startGit(repo, ['archive', '--format=tar', commit]);
}

/** First line of the message, as Heroku describes builds. */
function subjectOf(commit: string): string {
  const message = commit.slice(commit.indexOf('\n\n') + 2);
  return message.trimStart().split('\n', 1)[0]!.slice(0, 200);
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
  child.child.stdin?.end(names.map((name) => `${name}\n`).join(''));
  const { stdout } = await child;
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
