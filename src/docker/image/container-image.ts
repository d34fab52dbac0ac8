// Images that Docker's builder made, as an engine keeps them: named by home and id, loaded from a slug's layers where
// they aren't there yet, and removed when no release needs them.
import { Readable } from 'node:stream';
import { dockerOf, type Engine } from '../engine.js';
import { wholeImageTar } from './image-tar.js';
import { loadImageTar, type SlugSource } from './slug-image.js';

const loading = new Map<string, Promise<string>>();

/** `slipway/app-<home>:<id>`. */
export function containerImageName(homeId: string, imageId: string): string {
  return `${repository(homeId)}:${imageId.slice(0, 16)}`;
}

export interface WantedImage {
  homeId: string;
  /** sha256 of the config, hex. */
  id: string;
  /** The config file, byte for byte. */
  config: string;
  /** All its layers, lowest first. */
  layers: SlugSource[];
}

/** Brings the image to the engine unless it is there; returns its name. Throws ChecksumError. */
export function ensureContainerImage(engine: Engine, o: WantedImage): Promise<string> {
  const name = containerImageName(o.homeId, o.id);
  const known = loading.get(name);
  if (known) return known;
  const made = findOrLoad(engine, name, o).finally(() => loading.delete(name));
  loading.set(name, made);
  return made;
}

async function findOrLoad(engine: Engine, name: string, o: WantedImage): Promise<string> {
  const isThere = await nameImage(engine, o.homeId, o.id);
  if (!isThere) await loadImageTar(engine, wholeImageTar({ ...o, name }));
  return name;
}

/** Gives an image of the engine its name; false when the engine doesn't have it. */
export async function nameImage(engine: Engine, homeId: string, imageId: string): Promise<boolean> {
  return tag(engine, imageId, homeId, imageId.slice(0, 16));
}

/** Keeps the images that a later build of the app can take up; those of its builds before go, as far as nothing rests on them. */
export async function keepBuildCache(engine: Engine, o: { homeId: string; appId: string; images: string[] }): Promise<void> {
  const [stamp, before] = [Date.now().toString(36), await cacheNames(engine, o.homeId, o.appId)];
  for (const [index, image] of o.images.entries()) await tag(engine, image, o.homeId, `cache-${o.appId}-${stamp}-${index}`);
  for (const name of before)
    await dockerOf(engine)
      .getImage(name)
      .remove()
      .catch(() => undefined);
}

/** Apps of this home that have a build cache of images. */
export async function listBuildCaches(engine: Engine, homeId: string): Promise<string[]> {
  const names = await cacheNames(engine, homeId);
  return [...new Set(names.map((name) => /:cache-([0-9a-f-]{36})-/.exec(name)?.[1] ?? '').filter((appId) => appId !== ''))];
}

/** Removes the images of this home that `keeps` doesn't want, but none that a container uses, nor builds' caches. Returns how many went. */
export async function removeContainerImages(engine: Engine, o: { homeId: string; keeps: (imageId: string) => boolean }): Promise<number> {
  let removed = 0;
  for (const { Id, RepoTags } of await listImages(engine, o.homeId)) {
    if (o.keeps(Id.replace('sha256:', '')) || loading.size > 0) continue;
    for (const name of ownTags(RepoTags, o.homeId).filter((each) => !each.includes(':cache-'))) {
      const isGone = await dockerOf(engine)
        .getImage(name)
        .remove()
        .then(
          () => true,
          () => false,
        );
      if (isGone) removed += 1;
    }
  }
  return removed;
}

/** One tar of all these images, as `docker save` makes it, their common layers once; dockerode's own call takes a single image. */
export function saveImages(engine: Engine, names: string[], signal?: AbortSignal): Promise<Readable> {
  const request = {
    path: '/images/get?',
    method: 'GET',
    options: { names },
    isStream: true,
    ...(signal && { abortSignal: signal }),
    statusCodes: { 200: true, 500: 'server error' },
  };
  return new Promise((resolve, reject) =>
    dockerOf(engine).modem.dial(request, (error, answer) => (error ? reject(error as Error) : resolve(answer as Readable))),
  );
}

/** Every name of this home's images, for whoever removes all of it. */
export async function containerImageNames(engine: Engine, homeId: string): Promise<string[]> {
  return (await listImages(engine, homeId)).flatMap(({ RepoTags }) => ownTags(RepoTags, homeId));
}

async function cacheNames(engine: Engine, homeId: string, appId = ''): Promise<string[]> {
  return (await containerImageNames(engine, homeId)).filter((name) => name.startsWith(`${repository(homeId)}:cache-${appId}`));
}

async function tag(engine: Engine, image: string, homeId: string, name: string): Promise<boolean> {
  return dockerOf(engine)
    .getImage(image)
    .tag({ repo: repository(homeId), tag: name })
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}

function listImages(engine: Engine, homeId: string) {
  return dockerOf(engine).listImages({ filters: { reference: [repository(homeId)] } });
}

function ownTags(tags: string[] | undefined, homeId: string): string[] {
  return (tags ?? []).filter((name) => name.startsWith(`${repository(homeId)}:`));
}

function repository(homeId: string): string {
  return `slipway/app-${homeId}`;
}
