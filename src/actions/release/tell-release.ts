// What follows a release once it is in the ledger: lines in the app's log, and the job that carries it out.
import { apiLine } from '../../model/logs/log-line.js';
import type { Release } from '../../model/release.js';
import type { Context } from '../context.js';

/**
 * Says what was done and by whom, then that it made a release, then `more`; queues the release. Routers read the app again: config
 * vars may name pages of theirs.
 */
export async function tellRelease(
  ctx: Context,
  release: Pick<Release, 'id' | 'appId' | 'version' | 'description'>,
  { email, more = [] }: { email: string; more?: readonly string[] },
): Promise<void> {
  for (const text of [release.description, `Release v${release.version} created`, ...more])
    ctx.lines.write(release.appId, apiLine(Date.now(), `${text} by user ${email}`));
  await ctx.bus.publish('route-changed', { appId: release.appId });
  await ctx.queue.enqueue('release', { releaseId: release.id });
}
