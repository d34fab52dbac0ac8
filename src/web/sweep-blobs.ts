// Blobs nobody will read again: a source when its build has ended, a slug when no app has it.
import { sourceBlob } from '../api/source-ref.js';
import type { Context } from '../actions/context.js';
import { deleteBlob, deletePartialBlobs, listBlobsBefore, type BlobStore } from '../store/blobs.js';
import { findBuild, listPendingBuilds } from '../store/builds.js';
import { isSlugKept } from '../store/slugs.js';

const HOUR_MS = 3_600_000;

/** Removes a pushed source once its build has ended. One that came by the API may be built again until it is swept. */
export async function deletePushedSource({ store }: Context, blobs: BlobStore, buildId: string): Promise<void> {
  const build = await findBuild(store, buildId);
  const blob = build?.origin === 'git' && build.status !== 'pending' ? sourceBlob(build.source) : null;
  if (blob) await deleteBlob(blobs, blob);
}

/** Removes sources of more than two hours that no build waits for, slugs no app has, and uploads that were cut off. */
export async function sweepBlobs({ store }: Context, blobs: BlobStore, now: number): Promise<number> {
  const waiting = new Set((await listPendingBuilds(store)).map((build) => sourceBlob(build.source)));
  const old = await listBlobsBefore(blobs, 'sources', now - 2 * HOUR_MS);
  const unused = old.filter((key) => !waiting.has(key));
  for (const key of await listBlobsBefore(blobs, 'slugs', now - HOUR_MS)) {
    if (!(await isSlugKept(store, key.slice('slugs/'.length)))) unused.push(key);
  }
  for (const key of unused) await deleteBlob(blobs, key);
  await deletePartialBlobs(blobs, now - HOUR_MS);
  return unused.length;
}
