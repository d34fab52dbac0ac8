// What git itself would refuse once this hook has let a push pass, asked before anything is built: history that isn't
// there, names that can't be, refs that can't move. A push is refused or accepted whole, so all of its refs are asked.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDelete, type RefUpdate } from './push-plan.js';
import { runGit, type Repo } from './repo.js';

const UNSHALLOW = `This repository is a shallow clone: the history before its oldest commits isn't in it, nor here.
Fetch the rest, then push again: git fetch --unshallow`;
const INCOMPLETE = `Objects are missing from what was pushed; the repository it came from is damaged.
See what is wrong with it (git fsck), mend or clone it anew, and push again.`;

/** What git says of two refs of which one has the other's folder for its name. */
const CLASHES = [/'(refs\/[^']+)' exists; cannot create '(refs\/[^']+)'/, /cannot process '(refs\/[^']+)' and '(refs\/[^']+)'/];

/** Why git would refuse this push, in words; null when it would not. */
export async function findRefusal(repo: Repo, updates: RefUpdate[]): Promise<string | null> {
  const named = refusedName(updates);
  if (named !== null) return named;
  const kept = updates.filter((update) => !isDelete(update));
  const [history, refs] = await Promise.all([refusedHistory(repo, kept), refusedMove(repo, kept)]);
  return history ?? refs;
}

/** A name that git doesn't take from outside, or one beside another of the same push that it can't keep with it. */
export function refusedName(updates: RefUpdate[]): string | null {
  const names = updates.filter((update) => !isDelete(update)).map(({ ref }) => ref);
  const odd = names.find((name) => !/^refs\/[^/]+\/./.test(name));
  if (odd !== undefined) return oddName(odd);
  const inner = names.find((name) => names.some((other) => name.startsWith(`${other}/`)));
  if (inner === undefined) return null;
  return conflict(
    names.find((other) => inner.startsWith(`${other}/`))!,
    inner,
  );
}

/** The question that git asks before its hooks, whose answer it keeps to itself until they have ended. */
async function refusedHistory(repo: Repo, updates: RefUpdate[]): Promise<string | null> {
  const ids = updates.map((update) => `${update.new}\n`).join('');
  const asked = ['rev-list', '--objects', '--stdin', '--not', '--all', '--quiet', '--alternate-refs'];
  const [complaint, boundary] = await Promise.all([tryGit(repo, asked, ids), readBoundary(repo)]);
  if (complaint !== null) return explainHistory(complaint);
  if (boundary.size === 0) return null;
  // Commits that are here by chance, since no ref leads to them, don't count for git.
  const { stdout } = await startWith(repo, ['rev-list', '--stdin', '--not', '--all'], ids);
  return stdout
    .toString()
    .split('\n')
    .some((commit) => boundary.has(commit))
    ? UNSHALLOW
    : null;
}

/** What git says of history that isn't whole. Throws what it says of anything else: that is no fault of the pusher. */
export function explainHistory(complaint: string): string {
  if (/traverse parents/.test(complaint)) return UNSHALLOW;
  if (/missing|Could not read|bad (object|tree|blob|tag)/.test(complaint)) return INCOMPLETE;
  throw new Error(complaint);
}

/** Where the history of shallow clones that push just now ends: git-receive-pack notes it in a file of its own. */
async function readBoundary(repo: Repo): Promise<Set<string>> {
  const names = (await readdir(repo.dir)).filter((name) => name.startsWith('shallow_'));
  const texts = await Promise.all(names.map((name) => readFile(join(repo.dir, name), 'utf8').catch(() => '')));
  return new Set(texts.flatMap((text) => text.split('\n')).filter(Boolean));
}

/** Has git take all the locks that the push will need, and let go of them again. */
async function refusedMove(repo: Repo, updates: RefUpdate[]): Promise<string | null> {
  const { GIT_QUARANTINE_PATH: _refs_stay_where_they_are, ...env } = repo.env;
  const lines = updates.map((update) => `update ${update.ref} ${update.new} ${update.old}\n`);
  const complaint = await tryGit({ ...repo, env }, ['update-ref', '--stdin'], ['start\n', ...lines, 'prepare\n', 'abort\n'].join(''));
  if (complaint === null) return null;
  return explainMove(complaint, updates);
}

/** What git says of a ref that can't move, in words for the pusher: without a path of this machine. */
export function explainMove(complaint: string, updates: RefUpdate[]): string {
  const [, there, wanted] = CLASHES.map((clash) => clash.exec(complaint)).find((found) => found !== null) ?? [];
  if (there !== undefined && wanted !== undefined) return conflict(there, wanted);
  const odd = /invalid ref format: (\S+)/.exec(complaint)?.[1];
  if (odd !== undefined) return oddName(odd);
  const ref = /cannot lock ref '([^']+)'/.exec(complaint)?.[1] ?? updates[0]?.ref ?? '';
  if (/\.lock': File exists/.test(complaint)) {
    const hint = 'Push again in a moment; a lock that nobody holds is removed within a day.';
    return `${short(ref)} is locked: another push moves it, or one was cut off.\n${hint}`;
  }
  if (/is at [0-9a-f]+ but expected|already exists|unable to resolve/.test(complaint)) {
    return `${short(ref)} has moved: another push came first.\nFetch it (git fetch), merge or rebase, and push again.`;
  }
  if (/non-commit object/.test(complaint)) return `What was pushed to ${short(ref)} isn't a commit.`;
  return `git can't move ${short(ref)}. Push again; if it happens again, ask whoever runs the platform.`;
}

function oddName(ref: string): string {
  return `git keeps no ref by the name ${ref} here. Push to a branch: git push paas HEAD:main`;
}

function conflict(one: string, other: string): string {
  const lesser = /^refs\/heads\/(main|master)$/.test(one) ? other : one;
  return [
    `${short(one)} and ${short(other)} can't be kept together: git needs the one's name as a folder for the other.`,
    `Push ${short(lesser)} by another name, or delete it there: git push paas :${short(lesser)}`,
  ].join('\n');
}

function short(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** Null when git ends well, else what it said. */
function tryGit(repo: Repo, args: string[], input: string): Promise<string | null> {
  const said = (error: { stderr?: Buffer; message: string }) => error.stderr?.toString() || error.message;
  return startWith(repo, args, input).then(() => null, said);
}

function startWith(repo: Repo, args: string[], input: string): Promise<{ stdout: Buffer }> {
  const running = runGit(repo, args);
  running.child.stdin?.on('error', () => undefined).end(input);
  return running;
}
