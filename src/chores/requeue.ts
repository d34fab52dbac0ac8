// Redis may have lost its queues: what PostgreSQL says is unfinished is queued again. Jobs may run twice.
import type { Context } from '../actions/context.js';
import { log } from '../lib/log.js';
import { listApps } from '../store/app/apps.js';
import { listPendingBuilds } from '../store/build/builds.js';
import { listPendingReleases } from '../store/app/releases.js';

/** Queues every pending build and release, and a reconciliation of every app. */
export async function requeuePending({ store, queue }: Context): Promise<void> {
  const [builds, releases, apps] = await Promise.all([listPendingBuilds(store), listPendingReleases(store), listApps(store)]);
  for (const build of builds.filter((each) => each.startedAt === null)) await queue.enqueue('build', { buildId: build.id });
  for (const release of releases) await queue.enqueue('release', { releaseId: release.id });
  for (const app of apps) await queue.enqueue('reconcile', { appId: app.id });
  log('requeued', { builds: builds.length, releases: releases.length, apps: apps.length });
}
