// The app names its buildpacks in a file of its own: they are fetched while the container waits, and sent into it.
import type { RunningBuild } from '../../docker/build/build-container.js';
import type { BuildWork } from '../work.js';
import type { Builder } from '../deps.js';
import { readNamedBuildpacks } from '../buildpacks/named-by-app.js';
import { withoutPassword } from '../../lib/without-password.js';
import { fetchBuildpacks } from './gather-input.js';
import { namedText } from '../texts.js';

const CHUNK_BYTES = 1024 * 1024;
/** The end of a tar: what there is to send when all are ours. */
const EMPTY_TAR = Buffer.alloc(1024);

/** Answers the field `wanted` (buildpacks/lib/build.sh); returns what the file names. Throws PlatformError when one can't be had. */
export async function sendNamed(
  b: Builder,
  work: BuildWork,
  run: RunningBuild,
  { file, text }: { file: string; text: string },
): Promise<string[]> {
  const wanted = readNamedBuildpacks(file, text);
  if (wanted.length === 0) {
    run.stdin.write('\n');
    return [];
  }
  work.output.say(namedText(file, wanted.map(withoutPassword)));
  const { names, archive } = await fetchBuildpacks(b, work, wanted);
  run.stdin.write(`${names.join(' ')}\n`);
  const bytes = archive.length > 0 ? archive : EMPTY_TAR;
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    run.stdin.write(`${chunk.length.toString(16)}\n`);
    run.stdin.write(chunk);
  }
  run.stdin.write('0\n');
  return wanted;
}
