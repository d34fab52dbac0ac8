// A slug made by the API is described first, then uploaded; it becomes whole when it is released for the first time.
import { PlatformError } from '../model/errors.js';
import { isComplete, type Slug } from '../model/slug.js';
import { deleteBlob, openBlob, putSlug } from '../store/blobs.js';
import { completeSlug, findSlug } from '../store/slugs.js';
import type { ApiDeps } from './deps.js';
import { rewriteSlug } from './slug-archive.js';

/** Where a slug's archive is uploaded to. One whose checksum was told beforehand is checked against it on arrival. */
export function uploadKey(slug: Pick<Slug, 'id' | 'digest'>): string {
  return slug.digest ? `slugs/${slug.digest}` : `sources/${slug.id}`;
}

/** The slug, ready to run. Throws `invalid_params` when nothing was uploaded, or nothing that can be run. */
export async function makeComplete({ store, blobs }: ApiDeps, slug: Slug): Promise<Slug> {
  if (isComplete(slug)) return slug;
  const upload = uploadKey(slug);
  const blob = await openBlob(blobs, upload);
  if (!blob) throw new PlatformError('invalid_params', 'The slug has no content: PUT its archive to the blob.url it shows, then release it.');
  const rewritten = rewriteSlug(blob.stream);
  const { digest, size } = await putSlug(blobs, rewritten.archive);
  await completeSlug(store, slug.id, { digest, size, diffId: rewritten.diffId() });
  if (upload !== `slugs/${digest}`) await deleteBlob(blobs, upload);
  return (await findSlug(store, slug.id)) ?? slug;
}
