// Pushes end with the process they were connected to: their builds are for nobody.
import { cancelBuild } from '../actions/build/cancel-build.js';
import type { Context } from '../actions/context.js';
import { readPulses } from '../bus/pulse.js';
import { log } from '../lib/log.js';
import { appName } from '../store/app/apps.js';
import { listPendingBuilds } from '../store/build/builds.js';

/** Cancels builds of pushes made before `startedAt` (ms). Where another machine's `web` lives they may be its, and are left. */
export async function cancelOrphanedPushes(ctx: Context, o: { startedAt: number; node: string }): Promise<void> {
  const pulses = await readPulses(ctx.bus, Date.now());
  if (pulses.some((pulse) => pulse.process === 'web' && pulse.node !== o.node)) return;
  const builds = await listPendingBuilds(ctx.store);
  for (const build of builds.filter((each) => each.origin === 'git' && each.createdAt.getTime() < o.startedAt)) {
    await cancelBuild(ctx, build, 'The platform was restarted during this push. Push again.');
    log('push-orphaned', { build: build.id, app: await appName(ctx.store, build.appId) });
  }
}
