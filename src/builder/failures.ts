// Which failure a build ended with, from what its container said and how it ended.
import type { BuildEnd } from '../docker/build/build-container.js';
import { noSourceDirText } from '../model/build/source-dir.js';
import { withoutPassword } from '../lib/without-password.js';
import type { BuildLimits } from './deps.js';
import type { Received } from './result/receive.js';
import {
  brokenFailure,
  compileFailure,
  diskFailure,
  incompatibleFailure,
  memoryFailure,
  plainFailure,
  platformFailure,
  processesFailure,
  slugTooLargeFailure,
  undetectedFailure,
  type BuildFailure,
} from './texts.js';

/** The failure of a container that has ended; null when it did all it had to. `end` is null when it said `done`. */
export function failureOf(received: Received, end: BuildEnd | null, o: { limits: BuildLimits; buildpacks: string[] }): BuildFailure | null {
  if (end?.ranOutOfMemory) return memoryFailure(o.limits.memoryMb);
  if (diskOf(received) >= o.limits.diskMb) return diskFailure(o.limits.diskMb);
  if (Number(received.field('refused_processes') ?? 0) > 0) return processesFailure(o.limits.pids);
  const told = toldFailure(received.field('failed'), received.field('detail') ?? '', o.buildpacks);
  if (told) return told;
  if (end) return brokenFailure(end.exitCode);
  if (received.bytes() > o.limits.slugMb * 1024 * 1024) return slugTooLargeFailure(received.bytes(), o.limits.slugMb);
  return null;
}

/** Megabytes on disk at the end of the build, as its container counted them; what it can't have had is no count. */
function diskOf(received: Received): number {
  return Number(/^(\d+)\b/.exec(received.field('disk') ?? '')?.[1] ?? 0);
}

/** What build.sh's word for a failure means to people; null when it said none. */
export function toldFailure(kind: string | undefined, detail: string, buildpacks: string[]): BuildFailure | null {
  switch (kind) {
    case undefined:
      return null;
    case 'undetected':
      return readUndetected(detail);
    case 'incompatible':
      return incompatibleFailure(withoutPassword(buildpacks[Number(detail)] ?? 'the buildpack'));
    case 'compile':
      return compileFailure(detail);
    case 'release':
      return plainFailure(`Push rejected, bin/release of ${detail} failed.`);
    case 'source':
      return plainFailure(`The source can't be unpacked: ${detail}`);
    case 'source_dir':
      return plainFailure(noSourceDirText(detail));
    case 'procfile':
      return plainFailure('The Procfile is larger than 64 kB; it names commands, a line each.');
    case 'pack':
      return plainFailure(`The slug can't be packed: ${detail}.`);
    default:
      return platformFailure;
  }
}

/** `<language>|<its file>|<a buildpack>` in the first line, all empty when it is none that is known; then the names at the app's top. */
function readUndetected(detail: string): BuildFailure {
  const [first = '', ...names] = detail.split('\n').filter((line) => line !== '');
  const [name = '', file = '', pack = ''] = first.split('|');
  return undetectedFailure(names, name === '' ? null : { name, file, pack });
}
