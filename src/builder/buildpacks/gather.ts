// The buildpacks of one build: ours by name, others fetched, checked, and sent into the container.
import { PlatformError } from '../../model/errors.js';
import { parseBuildpack } from '../../model/build/buildpack.js';
import { checkPack, packAll, type PackFile } from './archive.js';
import type { FetchSettings } from '../../outbound/git.js';
import { fetchGitPack } from './git.js';
import { fetchTarballPack } from './tarball.js';
import { withoutPassword } from '../../lib/without-password.js';

export interface Gathered {
  /** As build.sh takes them: a name of ours, or `fetched:<n>`. */
  names: string[];
  /** The fetched ones in one tar. */
  archive: Buffer;
  /** What was asked for, with the commit that was found: `https://…/x.git#<commit>`. */
  pinned: string[];
}

/** Fetches what has to be fetched, one after the other; `tell` hears which commit was found. Throws PlatformError in one line. */
export async function gatherBuildpacks(
  place: FetchSettings,
  wanted: string[],
  o: { signal: AbortSignal; tell(line: string): void },
): Promise<Gathered> {
  const names: string[] = [];
  const packs: PackFile[][] = [];
  const pinned: string[] = [];
  for (const text of wanted) {
    const ref = parseBuildpack(text);
    if (ref.kind === 'builtin') {
      names.push(ref.name);
      pinned.push(text);
      continue;
    }
    const { files, commit } = await fetchPack(place, text, o.signal);
    names.push(`fetched:${packs.length}`);
    packs.push(files);
    pinned.push(commit === null ? text : `${withoutPassword(text.replace(/#.*$/, ''))}#${commit}`);
    if (commit !== null) o.tell(`Buildpack ${withoutPassword(text)} is at commit ${commit}`);
  }
  return { names, archive: await packAll(packs), pinned };
}

async function fetchPack(place: FetchSettings, text: string, signal: AbortSignal): Promise<{ files: PackFile[]; commit: string | null }> {
  const ref = parseBuildpack(text);
  try {
    const fetched =
      ref.kind === 'git'
        ? await fetchGitPack(place, ref.url, ref.ref, signal)
        : { files: await fetchTarballPack(text.trim(), { ...place, signal }), commit: null };
    checkPack(fetched.files);
    return fetched;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(error.id, `Buildpack ${withoutPassword(text)} can't be used: ${error.message.replace(/\.$/, '')}.`, {
      cause: error,
    });
  }
}
