// Where a slug's archive is read from: a signed URL of the platform's own, since the disk may be another machine's.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlugSource } from '../../docker/image/slug-image.js';
import { blobUrl } from '../../model/build/blob-url.js';
import type { Slug, SlugLayer } from '../../model/build/slug.js';

/** Heroku's limit for launching a dyno (R99): for so long we try to reach the store. */
const TRY_FOR_MS = 10_000;
const TRY_AGAIN_MS = 250;
const URL_TTL_S = 3_600;

interface BlobStore {
  internalUrl: string;
  key: Buffer;
}

/**
 * The slug as something an image can be made of: the archives it rests on, then its own. That one holds nothing outside
 * of app/: builds are checked for it, uploads are rewritten so.
 */
export function slugSources(o: BlobStore, slug: Pick<Slug, 'digest' | 'diffId' | 'size' | 'base'>): SlugSource[] {
  return layerSources(o, [...slug.base, { ...slug, isWritable: true }]);
}

/** Layers in the same way. */
export function layerSources(o: BlobStore, layers: readonly SlugLayer[]): SlugSource[] {
  return layers.map(({ digest, diffId, size, isWritable }) => {
    const url = () =>
      blobUrl({ base: o.internalUrl, key: o.key, method: 'GET', blob: `slugs/${digest}`, now: Date.now(), ttlS: URL_TTL_S });
    return { digest, diffId, size, ...(isWritable !== undefined && { isWritable }), open: () => download(url) };
  });
}

async function download(url: () => string): Promise<AsyncIterable<Buffer>> {
  const deadline = Date.now() + TRY_FOR_MS;
  for (;;) {
    const answer = await fetch(url()).catch((error: Error) => error);
    if (answer instanceof Response && answer.ok && answer.body) return answer.body as unknown as AsyncIterable<Buffer>;
    const reason = answer instanceof Response ? `it answers ${answer.status}` : describe(answer);
    if (Date.now() > deadline || (answer instanceof Response && answer.status < 500))
      throw new Error(`The slug can't be read from the platform's store: ${reason}.`);
    await sleep(TRY_AGAIN_MS);
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
