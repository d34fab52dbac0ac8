// A slug's own files, when they are few: unpacked by each dyno as it starts, they need no image of their own.
import { checked } from './image-tar.js';
import type { SlugSource } from './slug-image.js';

/** Making an image takes an engine about 0.1 s; a dyno unpacks this much sooner. */
const FEW_BYTES = 1024 * 1024;

/** Parts a slug into the layers of an image and what a dyno on that image unpacks at its start, if there is such a part. */
export function partSlug(layers: SlugSource[]): { layers: SlugSource[]; files: SlugSource | null } {
  const top = layers.at(-1);
  return top && top.size <= FEW_BYTES ? { layers: layers.slice(0, -1), files: top } : { layers, files: null };
}

/** Reads such an archive whole. Throws ChecksumError. */
export async function readSlugFiles(files: SlugSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of checked(await files.open(), files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
