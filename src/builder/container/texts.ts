// What people read while images are built, as Heroku prints it.
import { plainFailure, type BuildFailure } from '../texts.js';
import type { ImageWish } from './heroku-yml.js';

export const FETCHING = '=== Fetching app code\n\n';

export function buildingText({ name, dockerfile }: Pick<ImageWish, 'name' | 'dockerfile'>): string {
  return `=== Building ${name} (${dockerfile})\n`;
}

export function pushingText(name: string, dockerfile: string): string {
  return `\n=== Pushing ${name} (${dockerfile})\n`;
}

export function submodulesText(count: number): string {
  const what = count === 1 ? 'a git submodule' : `${count} git submodules`;
  return ` !     The app has ${what}: on the stack container they are not fetched.\n`;
}

/** A step failed; `said` is the builder's own last word, which is shown above as well. */
export function imageFailure(said: string, memoryMb: number): BuildFailure {
  const reason = said.trim().replace(/\.?$/, '.');
  const hint = /non-zero code: 137/.test(said)
    ? [`A step that is killed (137) most likely needed more than ${memoryMb} MB of memory; the operator can raise SLIPWAY_BUILD_MEMORY.`]
    : [];
  return plainFailure(`Push rejected, the image can't be built: ${reason}`, hint);
}
