// A slug made by the API is described first, then uploaded; it becomes whole when it is released for the first time. What is
// uploaded has a key of its own: a checksum is what the upload is held to, never the way to anything that is stored.
import { createHash } from 'node:crypto';
import { pipeline, Transform } from 'node:stream';
import { keepUpload } from '../../actions/build/keep-slug.js';
import { PlatformError } from '../../model/errors.js';
import { isComplete, type Slug } from '../../model/build/slug.js';
import { deleteBlob, openBlob, putLayer } from '../../store/build/blobs.js';
import { findSlug } from '../../store/build/slugs.js';
import type { ApiDeps } from '../deps.js';
import { rewriteSlug, type RewrittenLayer } from './slug-archive.js';

type Parts = Pick<ApiDeps, 'store' | 'blobs' | 'quotas'>;

/** What an API slug's files outside /app are known by. No build of ours makes a layer of this name. */
const SYSTEM_KEY = 'uploaded';

/** How much larger than an upload may be it may become when it is unpacked. */
const UNPACKED_TIMES = 4;

/** Where a slug's archive is uploaded to. */
export function uploadKey(slug: Pick<Slug, 'id'>): string {
  return `uploads/${slug.id}`;
}

/**
 * The slug, ready to run. Throws `invalid_params` when nothing was uploaded, or something else than was told, nothing that
 * can be run, or more than there is room for.
 */
export async function makeComplete(parts: Parts, slug: Slug): Promise<Slug> {
  const { store, blobs } = parts;
  if (isComplete(slug)) return slug;
  const upload = await openBlob(blobs, uploadKey(slug));
  if (!upload) return completedMeanwhile(store, slug);
  const hash = createHash('sha256');
  const heard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  pipeline(upload.stream, heard, () => undefined);
  const { app, system } = rewriteSlug(heard, UNPACKED_TIMES * blobs.maxBytes);
  const kept = Promise.all([keepLayer(blobs, app), system.then((layer) => layer && keepLayer(blobs, layer))]);
  const [own, below] = await kept.finally(() => upload.stream.destroy());
  const actual = hash.digest('hex');
  if (slug.checksum && actual !== slug.checksum) {
    const why = `The upload's checksum is SHA256:${actual}, but SHA256:${slug.checksum} was told`;
    throw new PlatformError('invalid_params', `${why}: PUT the archive to the blob.url again.`);
  }
  await keepUpload(parts, slug, { ...own, base: below ? [{ ...below, key: SYSTEM_KEY }] : [] });
  await deleteBlob(blobs, uploadKey(slug));
  return (await findSlug(store, slug.id)) ?? slug;
}

/** Of two who release the same slug at once, the slower finds it done. */
async function completedMeanwhile(store: Parts['store'], { id }: Slug): Promise<Slug> {
  const slug = await findSlug(store, id);
  if (slug && isComplete(slug)) return slug;
  throw new PlatformError('invalid_params', 'The slug has no content: PUT its archive to the blob.url it shows, then release it.');
}

async function keepLayer(blobs: Parts['blobs'], layer: RewrittenLayer) {
  const { digest, size } = await putLayer(blobs, layer.archive);
  return { digest, size, diffId: layer.diffId() };
}
