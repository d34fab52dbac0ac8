// One image per slug: the stack's layers by name, then the slug's archives as they are, one layer each.
// Slugs share all but the last of them, so a slug that rests on layers seen before is made in a moment.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readAnswer } from '../engine-events.js';
import { dockerOf, type Engine } from '../engine.js';
import { hasImage } from './has-image.js';
import { imageTar, type SlugArchive } from './image-tar.js';
import { BASE_LABEL, HOME_LABEL, SLUG_LABEL, ofHome } from '../labels.js';
import { inspectStackImage } from './stack-missing.js';

export interface SlugSource extends SlugArchive {
  /** Whether a dyno can write all of it; undefined when nobody knows. */
  isWritable?: boolean;
  /** Opens the archive for reading. Throws when it can't be had now. */
  open: () => Promise<AsyncIterable<Buffer>>;
}

export interface SlugImage {
  homeId: string;
  /** The image of dynos on the slug's stack. */
  runImage: string;
  /** The slug's archives, lowest first. */
  layers: SlugSource[];
}

const loading = new Map<string, Promise<string>>();

/**
 * Makes the image unless it is there; returns its name. Calls for the same slug at the same time make it once. Throws
 * ChecksumError, StackMissing.
 */
export async function ensureSlugImage(engine: Engine, o: SlugImage): Promise<string> {
  const stack = await inspectStackImage(engine, o.runImage);
  return ensureLayers(engine, { ...o, stackId: stack.Id });
}

function ensureLayers(engine: Engine, o: SlugImage & { stackId: string }): Promise<string> {
  const name = imageName(o);
  const known = loading.get(name);
  if (known) return known;
  const made = findOrLoad(engine, name, o).finally(() => loading.delete(name));
  loading.set(name, made);
  return made;
}

async function findOrLoad(engine: Engine, name: string, o: SlugImage & { stackId: string }): Promise<string> {
  const slug = o.layers.at(-1);
  if (!slug) return o.runImage;
  if (await hasImage(engine, name)) return name;
  const below = await ensureLayers(engine, { ...o, layers: o.layers.slice(0, -1) });
  const base = await dockerOf(engine).getImage(below).inspect();
  await load(engine, { name, base, homeId: o.homeId, slug });
  return name;
}

/** `slipway/slug:<digest>-<place>`; the place tells homes, versions of the stack, and what lies below, apart. */
export function imageName(o: { homeId: string; stackId: string; layers: Pick<SlugArchive, 'digest'>[] }): string {
  const digests = o.layers.map((layer) => layer.digest);
  const place = createHash('sha256')
    .update([o.homeId, o.stackId, ...digests].join(' '))
    .digest('hex');
  return `slipway/slug:${(digests.at(-1) ?? '').slice(0, 12)}-${place.slice(0, 8)}`;
}

interface BaseImage {
  Id: string;
  Architecture: string;
  Os: string;
  RootFS: { Layers?: string[] | undefined };
  Config: { Env?: string[] };
}

/** The image's config file: the stack's, with the slug as one layer more. */
export function imageConfig(base: BaseImage, o: { homeId: string; slug: Pick<SlugArchive, 'digest' | 'diffId'> }) {
  return {
    architecture: base.Architecture,
    os: base.Os,
    config: {
      Env: base.Config.Env ?? [],
      WorkingDir: '/app',
      Labels: { [HOME_LABEL]: o.homeId, [SLUG_LABEL]: o.slug.digest, [BASE_LABEL]: base.Id },
    },
    rootfs: { type: 'layers', diff_ids: [...(base.RootFS.Layers ?? []), `sha256:${o.slug.diffId}`] },
  };
}

async function load(engine: Engine, o: { name: string; base: BaseImage; homeId: string; slug: SlugSource }): Promise<void> {
  const { slug } = o;
  const archive = await slug.open();
  const config = imageConfig(o.base, o);
  await loadImageTar(engine, imageTar({ name: o.name, layersBelow: o.base.RootFS.Layers?.length ?? 0, config, slug, archive }));
}

/** Gives the engine an image; what goes wrong with the tar itself is thrown as it is. */
export async function loadImageTar(engine: Engine, tar: AsyncIterable<Buffer>): Promise<void> {
  const body = Readable.from(tar, { objectMode: false });
  const failing = new AbortController();
  let failure: Error | undefined;
  body.on('error', (error) => {
    failure = error;
    failing.abort();
  });
  try {
    const answer = await dockerOf(engine).loadImage(body, { quiet: true, abortSignal: failing.signal });
    await readAnswer(answer).catch((cause: Error) => {
      throw new Error(`The engine refuses the slug's image: ${cause.message}`, { cause });
    });
  } catch (error) {
    throw failure ?? error;
  } finally {
    body.destroy();
  }
}

/** Removes images of slugs that `keeps` doesn't want, but never one that a container uses. Returns how many went. */
export async function removeSlugImages(engine: Engine, o: { homeId: string; keeps: (digest: string) => boolean }): Promise<number> {
  const images = await dockerOf(engine).listImages({ filters: ofHome(o.homeId, SLUG_LABEL) });
  let removed = 0;
  for (const image of images) {
    const digest = image.Labels?.[SLUG_LABEL] ?? '';
    if (o.keeps(digest) || loading.size > 0) continue;
    // Without force the engine refuses to remove what a container uses.
    const isGone = await dockerOf(engine)
      .getImage(image.Id)
      .remove()
      .then(
        () => true,
        () => false,
      );
    if (isGone) removed += 1;
  }
  return removed;
}
