// Images of stacks that were made from older recipes.
import type { Engine } from '../../docker/engine.js';
import { listStackImages, removeIfUnused, type StackImage } from '../../docker/image/stack-images.js';

/** So long another home on this machine may still want them. */
const KEEP_S = 7 * 86_400;

/** Those of `images` that have none of the names in `keep` and are a week old. */
export function olderStacks<T extends StackImage>(images: T[], keep: readonly string[], nowS: number): T[] {
  return images.filter((image) => nowS - image.Created > KEEP_S && !image.RepoTags?.some((name) => keep.includes(name)));
}

/** Removes them, except what a container or another image needs. */
export async function removeOlderStacks(engine: Engine, keep: readonly string[]): Promise<void> {
  const images = await listStackImages(engine);
  // Without force the engine refuses what is still needed.
  for (const image of olderStacks(images, keep, Date.now() / 1000)) await removeIfUnused(engine, image.Id);
}
