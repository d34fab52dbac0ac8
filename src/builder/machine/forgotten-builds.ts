// Builds whose job or builder is gone, found in the store: the truth is there, not in the queue.
import { cancelBuild } from '../../actions/build/cancel-build.js';
import type { Context } from '../../actions/context.js';
import { listPendingBuilds } from '../../store/build/builds.js';

/** Ends the builds that an earlier builder of this machine had begun: nobody works on them any more. */
export async function endLeftovers(ctx: Context, node: string): Promise<void> {
  const begun = (await listPendingBuilds(ctx.store)).filter((build) => build.startedAt !== null && build.builder === node);
  for (const build of begun) await cancelBuild(ctx, build, 'The builder was restarted while it worked on this build. Push again.');
}

/** Queues the builds that nobody has begun: a queue that was lost is made good, one that wasn't takes them as repeats. */
export async function queueForgotten(ctx: Context): Promise<void> {
  const waiting = (await listPendingBuilds(ctx.store)).filter((build) => build.startedAt === null);
  for (const build of waiting) await ctx.queue.enqueue('build', { buildId: build.id });
}
