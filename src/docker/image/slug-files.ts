// A slug's own files, when they are few: unpacked by each dyno as it starts, they need no image of their own.
// So are the packages below them by a dyno whose container waits on an image without them: an app's first.
import { checked } from './image-tar.js';
import type { SlugSource } from './slug-image.js';

/** Making an image takes an engine about 0.1 s; a dyno unpacks this much sooner. */
const FEW_BYTES = 1024 * 1024;
/** For a container that waits already: it is sooner than to make an image and to start another. */
const SOME_BYTES = 8 * 1024 * 1024;

/** A slug's archives, lowest first. */
interface Parts {
  /** Those that are layers of the image. */
  layers: SlugSource[];
  /** Those that a dyno on that image unpacks at its start. */
  files: SlugSource[];
}

/**
 * Parts a slug for a dyno; `waitsOn` are the digests of the layers that the image of its waiting container has, if one waits.
 * Dynos unpack only what they can write, over nothing that is read-only.
 */
export function partSlug(slug: SlugSource[], waitsOn?: readonly string[]): Parts {
  const whole: Parts = { layers: slug, files: [] };
  if (slug.slice(0, -1).some(({ isWritable }) => isWritable === false)) return whole;
  return [split(slug, waitsOn, SOME_BYTES), split(slug, digests(slug.slice(0, -1)), FEW_BYTES)].find((parts) => parts !== null) ?? whole;
}

export function digests(layers: readonly Pick<SlugSource, 'digest'>[]): string[] {
  return layers.map(({ digest }) => digest);
}

function split(slug: SlugSource[], below: readonly string[] | undefined, most: number): Parts | null {
  if (!below || below.length >= slug.length || below.some((digest, index) => slug[index]!.digest !== digest)) return null;
  const files = slug.slice(below.length);
  const isTaken = files.every(({ isWritable }) => isWritable) && files.reduce((sum, { size }) => sum + size, 0) <= most;
  return isTaken ? { layers: slug.slice(0, below.length), files } : null;
}

/** Reads such an archive whole. Throws ChecksumError. */
export async function readSlugFiles(files: SlugSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of checked(await files.open(), files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
