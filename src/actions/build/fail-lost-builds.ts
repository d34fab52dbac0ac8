// Builds whose builder died: nobody will end them, so whoever notices does.
import { BUILDER_LOST_AFTER_MS } from '../../model/build/build.js';
import { listLostBuilds } from '../../store/build/builds.js';
import { cancelBuild } from './cancel-build.js';
import type { Context } from '../context.js';

/** Ends every build that its builder has not renewed in time; one that was released meanwhile has succeeded. Returns how many. */
export async function failLostBuilds(ctx: Context): Promise<number> {
  const lost = await listLostBuilds(ctx.store, BUILDER_LOST_AFTER_MS);
  for (const build of lost) {
    await cancelBuild(ctx, build, 'The builder stopped while it worked on this build. Nothing was released; push again.');
  }
  return lost.length;
}
