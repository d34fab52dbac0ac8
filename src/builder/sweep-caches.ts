// Caches and buildpacks that nobody needs any more go.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listCaches, removeVolume } from '../docker/build-volumes.js';
import { findApp } from '../store/apps.js';
import type { Builder } from './builder.js';

const KEEP_BUILDPACKS_MS = 30 * 24 * 3_600_000;

/** Removes the caches of apps that are gone, and fetched buildpacks that no build has used for 30 days. */
export async function sweepCaches(b: Builder): Promise<void> {
  for (const cache of await listCaches(b.engine, b.homeId)) {
    const appId = b.caches.ownerOf(cache.volume) ?? cache.appId;
    if (appId !== '' && (await findApp(b.ctx.store, appId))) continue;
    await b.spares.drop(appId);
    // A volume that a container uses can't be removed: the one of the spare for a new app stays.
    if (await removeVolume(b.engine, cache.volume)) b.caches.forget(appId);
  }
  const old = Date.now() - KEEP_BUILDPACKS_MS;
  for (const name of await readdir(b.packs.cacheDir).catch(() => [])) {
    const file = join(b.packs.cacheDir, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < old) await rm(file, { force: true });
  }
}
