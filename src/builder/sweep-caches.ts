// Caches and buildpacks that nobody needs any more go.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listCaches, removeCache } from '../docker/build-volumes.js';
import { findApp } from '../store/apps.js';
import type { Builder } from './builder.js';

const KEEP_BUILDPACKS_MS = 30 * 24 * 3_600_000;

/** Removes the caches of apps that are gone, and fetched buildpacks that no build has used for 30 days. */
export async function sweepCaches(b: Builder): Promise<void> {
  for (const appId of await listCaches(b.engine, b.homeId)) {
    if (await findApp(b.ctx.store, appId)) continue;
    await b.spares.drop(appId);
    await removeCache(b.engine, b.homeId, appId);
  }
  const old = Date.now() - KEEP_BUILDPACKS_MS;
  for (const name of await readdir(b.packs.cacheDir).catch(() => [])) {
    const file = join(b.packs.cacheDir, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < old) await rm(file, { force: true });
  }
}
