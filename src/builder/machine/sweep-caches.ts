// Caches and buildpacks that nobody needs any more go.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listCaches, removeCache } from '../../docker/build/build-volumes.js';
import { measureCaches } from '../../docker/build/disk-meter.js';
import { keepBuildCache, listBuildCaches } from '../../docker/image/container-image.js';
import { findApp } from '../../store/app/apps.js';
import { listBuilds } from '../../store/build/builds.js';
import { log } from '../../lib/log.js';
import type { Builder } from '../deps.js';

const KEEP_MS = 30 * 24 * 3_600_000;
const TRIES = 20;
const PAUSE_MS = 500;

/** Removes a cache that is void, once the last build's container has let go of it. A build that comes first drops what is in it. */
export async function dropVoidCache(b: Builder, appId: string, since = Date.now()): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await isBuiltSince(b, appId, since)) return;
    if (await dropCache(b, appId)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Removes an app's cache. False while a build uses it. */
async function dropCache(b: Builder, appId: string): Promise<boolean> {
  await Promise.all([b.spares.drop(appId), b.endings.settle(appId)]);
  await keepBuildCache(b.engine, { homeId: b.homeId, appId, images: [] });
  return removeCache(b.engine, b.homeId, appId);
}

/**
 * Removes the caches of apps that are gone or were not built for 30 days, those that have outgrown their limit,
 * and fetched buildpacks and runtimes that no build has used for so long.
 */
export async function sweepCaches(b: Builder): Promise<void> {
  const old = Date.now() - KEEP_MS;
  for (const appId of await listCaches(b.engine, b.homeId)) await dropVoidCache(b, appId, old);
  await dropLargeCaches(b);
  await b.stacks.sweep();
  for (const appId of await listBuildCaches(b.engine, b.homeId)) {
    if (!(await isBuiltSince(b, appId, old))) await keepBuildCache(b.engine, { homeId: b.homeId, appId, images: [] });
  }
  for (const name of await readdir(b.packs.cacheDir).catch(() => [])) {
    const file = join(b.packs.cacheDir, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < old) await rm(file, { force: true });
  }
}

/** A build tidies up itself, but its own code may end it before. One that runs keeps what it has: its disk is watched. */
async function dropLargeCaches(b: Builder): Promise<void> {
  const appIds = await listCaches(b.engine, b.homeId);
  if (appIds.length === 0) return;
  const place = await b.stacks.anyPlace();
  if (!place) return;
  for (const [appId, mb] of await measureCaches(b.engine, place, appIds)) {
    if (mb > b.limits.cacheMb && (await dropCache(b, appId))) log('cache-dropped', { app: appId, mb });
  }
}

async function isBuiltSince(b: Builder, appId: string, since: number): Promise<boolean> {
  if (!(await findApp(b.ctx.store, appId))) return false;
  const [last] = await listBuilds(b.ctx.store, appId, 1);
  return last !== undefined && last.createdAt.getTime() > since;
}
