// What a dyno is made of: the image of its slug, and what of the slug comes when it starts.
import { ensureContainerImage } from '../../docker/image/container-image.js';
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import { DYNO_USER, resolveUser } from '../../docker/image/image-user.js';
import { digests, partSlug, readSlugFiles } from '../../docker/image/slug-files.js';
import { ensureSlugImage, type SlugSource } from '../../docker/image/slug-image.js';
import { StackMissing } from '../../docker/image/stack-missing.js';
import { containerOf, readImageConfig } from '../../model/build/container.js';
import type { Dyno } from '../../model/dyno.js';
import { runtimesOf, type Slug } from '../../model/build/slug.js';
import type { AppWants } from '../../store/app/wanted.js';
import type { EngineParts } from './parts.js';
import { layerSources, slugSources } from './slug-source.js';

export interface DynoImage extends Pick<DynoSpec, 'image' | 'own'> {
  /** What of the slug the dyno unpacks, in this order; none when all is in the image. */
  archives: Buffer[];
}

type ImageParts = Pick<EngineParts, 'store' | 'engine' | 'homeId' | 'images' | 'internalUrl'>;

type Command = Pick<Dyno, 'type' | 'command'>;
/** What the dyno may unpack by itself, by what its container waits on as partSlug has it; null: nothing. */
type Unpacks = { waitsOn: readonly string[] | undefined } | null;

/** Brings the image to the engine. Throws ChecksumError, StackMissing. */
export async function dynoImage(parts: ImageParts, dyno: Command, slug: AppWants['slug'], unpacks: Unpacks): Promise<DynoImage> {
  const sources = slugSources({ ...parts, key: parts.store.key }, slug);
  if (slug.container) {
    const { image, command } = containerOf(slug.container, dyno);
    const { diffIds, user } = readImageConfig(image);
    const layers = diffIds.map((diffId) => sources.find((source) => source.diffId === diffId) ?? missing(diffId));
    const name = await ensureContainerImage(parts.engine, { homeId: parts.homeId, ...image, layers });
    const numbers = await resolveUser(parts.engine, { homeId: parts.homeId, image: name, user });
    return { image: name, own: { command, user: numbers ?? DYNO_USER }, archives: [] };
  }
  const { layers, files } = unpacks ? partSlug(sources, unpacks.waitsOn) : { layers: sources, files: [] };
  const [image, ...archives] = await Promise.all([ensureImage(parts, slug, layers), ...files.map(readSlugFiles)]);
  return { image, own: null, archives };
}

/** An image that a container can wait on, and the digests of its layers. */
export interface WaitingImage {
  image: string;
  waitsOn: string[];
}

/** The image below a slug's own files, where dynos unpack those; null where they don't. Throws ChecksumError, StackMissing. */
export async function imageBelow(parts: ImageParts, slug: AppWants['slug']): Promise<WaitingImage | null> {
  if (slug.container) return null;
  const { layers, files } = partSlug(slugSources({ ...parts, key: parts.store.key }, slug));
  return files.length > 0 ? waitingImage(parts, slug.stack, layers) : null;
}

/** The image of a slug's runtimes alone, without anything of its app. Throws ChecksumError, StackMissing. */
export function runtimesImage(parts: ImageParts, slug: Slug): Promise<WaitingImage> {
  return waitingImage(parts, slug.stack, layerSources({ ...parts, key: parts.store.key }, runtimesOf(slug)));
}

async function waitingImage(parts: ImageParts, stack: string, layers: SlugSource[]): Promise<WaitingImage> {
  return { image: await ensureImage(parts, { stack }, layers), waitsOn: digests(layers) };
}

function ensureImage(parts: ImageParts, slug: Pick<AppWants['slug'], 'stack'>, layers: SlugSource[]): Promise<string> {
  return ensureSlugImage(parts.engine, { homeId: parts.homeId, runImage: runImageOf(parts, slug.stack), layers });
}

/** Dynos run on the stack their slug was built on, also when its app has been moved to another since. */
function runImageOf({ images }: ImageParts, stack: string): string {
  const image = images[stack]?.run;
  if (!image) throw new StackMissing(`of stack ${stack}`);
  return image;
}

function missing(diffId: string): never {
  throw new Error(`the slug lacks layer ${diffId} of its image`);
}
