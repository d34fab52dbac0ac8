// The files of git submodules, fetched over https at their commits: the push brings the superproject only.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Submodule } from '../../model/build/build.js';
import { PlatformError } from '../../model/errors.js';
import { readSubmodules } from '../../model/git/submodules.js';
import { openTreeReader, type TreeFacts } from '../../model/git/tree-listing.js';
import { withoutPassword } from '../../lib/without-password.js';
import { fetchCommit } from '../../outbound/git-commit.js';
import { initRepo } from '../../outbound/init-repo.js';
import { quietly } from './source.js';
import { withGit, type Git, type FetchSettings } from '../../outbound/git.js';

export interface FetchedSubmodules {
  /** Tars with the files at their places, one after the other. */
  archives: string[];
  discard(): Promise<void>;
}

interface Fetching {
  place: FetchSettings;
  dir: string;
  maxBytes: number;
  signal: AbortSignal;
  tell(line: string): void;
  /** The URL with what opens it. */
  open(url: string): string;
}

const MOST = 50;

/** Fetches them and those inside them. Throws PlatformError naming the one that can't be had. */
export async function fetchSubmodules(
  place: FetchSettings,
  wanted: Submodule[],
  o: Pick<Fetching, 'maxBytes' | 'signal' | 'tell' | 'open'>,
): Promise<FetchedSubmodules> {
  const dir = await mkdtemp(join(place.tempDir, 'submodules-'));
  const discard = () => rm(dir, { recursive: true, force: true });
  const archives: string[] = [];
  const queue = [...wanted];
  let bytes = 0;
  try {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (archives.length === MOST) throw new PlatformError('invalid_params', `The app has more than ${MOST} git submodules.`);
      const { file, inner } = await fetchOne({ ...o, place, dir }, next, archives.length);
      bytes += (await stat(file)).size;
      if (bytes > o.maxBytes)
        throw new PlatformError('invalid_params', `The git submodules are larger than ${Math.round(o.maxBytes / 1024 / 1024)} MB.`);
      archives.push(file);
      queue.push(...inner);
    }
    return { archives, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function fetchOne(o: Fetching, { path, url, commit }: Submodule, index: number): Promise<{ file: string; inner: Submodule[] }> {
  o.tell(`${path}: ${withoutPassword(url)} at ${commit}`);
  const repo = join(o.dir, `${index}.git`);
  const file = join(o.dir, `${index}.tar`);
  try {
    const opened = o.open(url);
    return await withGit(o.place, opened, o.signal, async (git) => {
      await initRepo(git, repo);
      await fetchCommit((args) => git(args, repo), { url: opened, commit, name: commit });
      const tree = openTreeReader();
      await git(['ls-tree', '-r', '-t', '-l', '-z', commit], repo, tree.read);
      await git(['archive', '--format=tar', `--prefix=${path}/`, '-o', file, commit], repo);
      return { file, inner: await submodulesOf(git, repo, { path, url, commit }, tree.facts()) };
    });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(
      error.id,
      `The git submodule ${path} can't be fetched from ${withoutPassword(url)}: ${error.message.replace(/\.$/, '')}.`,
      { cause: error },
    );
  } finally {
    await rm(repo, { recursive: true, force: true });
  }
}

/** Those of a commit that was fetched; `path` is where it lies itself, empty at the top. */
export async function submodulesOf(git: Git, repo: string, { path, url, commit }: Submodule, tree: TreeFacts): Promise<Submodule[]> {
  const { links } = tree;
  if (links.length === 0) return [];
  const settings = await git(['show', `${commit}:.gitmodules`], repo).catch(() => '');
  return readSubmodules(settings, links, url).map((inner) => ({ ...inner, path: path === '' ? inner.path : `${path}/${inner.path}` }));
}

/** The app's archive, then those of its submodules. */
export function withSubmodules(source: Readable, { archives }: FetchedSubmodules): Readable {
  return quietly(Readable.from(concatenate(source, archives)));
}

async function* concatenate(source: Readable, files: string[]): AsyncGenerator<Buffer> {
  yield* source as AsyncIterable<Buffer>;
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Buffer>;
}
