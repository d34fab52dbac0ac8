// What a dyno is made of: the image of its slug, and what of the slug comes when it starts.
import { ensureContainerImage } from '../docker/container-image.js';
import type { DynoSpec } from '../docker/dyno-spec.js';
import { partSlug, readSlugFiles } from '../docker/slug-files.js';
import { ensureSlugImage, type SlugSource } from '../docker/slug-image.js';
import { StackMissing } from '../docker/stack-missing.js';
import { containerOf, readImageConfig } from '../model/container.js';
import type { Dyno } from '../model/dyno.js';
import type { AppWants } from '../store/wanted.js';
import type { Deps } from './deps.js';
import { slugSources } from './slug-source.js';

export interface DynoImage extends Pick<DynoSpec, 'image' | 'own'> {
  /** The slug's own files, to be unpacked by the dyno; null when they are in the image. */
  archive: Buffer | null;
}

type ImageDeps = Pick<Deps, 'store' | 'engine' | 'homeId' | 'images' | 'internalUrl'>;

/** Brings the image to the engine. Throws ChecksumError, StackMissing. */
export async function dynoImage(deps: ImageDeps, dyno: Pick<Dyno, 'type' | 'command'>, slug: AppWants['slug']): Promise<DynoImage> {
  const sources = slugSources({ ...deps, key: deps.store.key }, slug);
  if (slug.container) {
    const { image, command } = containerOf(slug.container, dyno);
    const { diffIds, user } = readImageConfig(image);
    const layers = diffIds.map((diffId) => sources.find((source) => source.diffId === diffId) ?? missing(diffId));
    return { image: await ensureContainerImage(deps.engine, { homeId: deps.homeId, ...image, layers }), own: { command, user }, archive: null };
  }
  const { layers, files } = partSlug(sources);
  const [image, archive] = await Promise.all([ensureImage(deps, slug, layers), files ? readSlugFiles(files) : null]);
  return { image, own: null, archive };
}

/** The image below a slug's own files, where dynos unpack those; null where they don't. Throws ChecksumError, StackMissing. */
export async function filesImage(deps: ImageDeps, slug: AppWants['slug']): Promise<string | null> {
  if (slug.container) return null;
  const { layers, files } = partSlug(slugSources({ ...deps, key: deps.store.key }, slug));
  return files ? ensureImage(deps, slug, layers) : null;
}

function ensureImage(deps: ImageDeps, slug: AppWants['slug'], layers: SlugSource[]): Promise<string> {
  return ensureSlugImage(deps.engine, { homeId: deps.homeId, runImage: runImageOf(deps, slug.stack), layers });
}

/** Dynos run on the stack their slug was built on, also when its app has been moved to another since. */
function runImageOf({ images }: ImageDeps, stack: string): string {
  const image = images[stack]?.run;
  if (!image) throw new StackMissing(`of stack ${stack}`);
  return image;
}

function missing(diffId: string): never {
  throw new Error(`the slug lacks layer ${diffId} of its image`);
}
