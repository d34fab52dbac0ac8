// Blobs nobody will read again: a source when its build has ended, a layer when no slug rests on it, an archive when it was
// downloaded.
import { sourceBlob } from '../model/build/source-ref.js';
import type { Context } from '../actions/context.js';
import { deleteBlob, deletePartialBlobs, listBlobsBefore, removeUnused, restoreLayers, type BlobStore } from '../store/build/blobs.js';
import { findBuild, listPendingBuilds } from '../store/build/builds.js';
import type { Store } from '../store/open-store.js';
import { isLayerKept } from '../store/build/slugs.js';

const HOUR_MS = 3_600_000;
/** An upload is to be released, an archive to be downloaded, within a day. */
const DAY_MS = 24 * HOUR_MS;

/** Removes a pushed source once its build has ended. One that came by the API may be built again until it is swept. */
export async function deletePushedSource({ store }: Context, blobs: BlobStore, buildId: string): Promise<void> {
  const build = await findBuild(store, buildId);
  const blob = build?.origin === 'git' && build.status !== 'pending' ? sourceBlob(store.key, build.source) : null;
  if (blob) await deleteBlob(blobs, blob);
}

/**
 * Removes sources of more than two hours that no build waits for, old uploads and archives, layers that no slug rests on, and
 * what was cut off.
 */
export async function sweepBlobs({ store }: Pick<Context, 'store'>, blobs: BlobStore, now: number): Promise<number> {
  const waiting = new Set((await listPendingBuilds(store)).map((build) => sourceBlob(store.key, build.source)));
  const sources = (await listBlobsBefore(blobs, 'sources', now - 2 * HOUR_MS)).filter((key) => !waiting.has(key));
  const unused = [...sources];
  for (const kind of ['uploads', 'archives'] as const) unused.push(...(await listBlobsBefore(blobs, kind, now - DAY_MS)));
  for (const key of unused) await deleteBlob(blobs, key);
  const layers = await sweepLayers(store, blobs, now - HOUR_MS);
  await deletePartialBlobs(blobs, now - HOUR_MS);
  return unused.length + layers;
}

async function sweepLayers(store: Store, blobs: BlobStore, before: number): Promise<number> {
  let removed = 0;
  await restoreLayers(blobs);
  for (const key of await listBlobsBefore(blobs, 'slugs', before)) {
    const isUsed = () => isLayerKept(store, key.slice('slugs/'.length));
    if (await isUsed()) continue;
    if (await removeUnused(blobs, key, { before, isUsed })) removed += 1;
  }
  return removed;
}
