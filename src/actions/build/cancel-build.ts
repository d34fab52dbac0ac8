// Someone wants a build to end. It fails at once in the store; the builder hears of it and stops its container.
import { PUSH_FAILED, type Build } from '../../model/build/build.js';
import type { Context } from '../context.js';
import { endBuild } from './end-build.js';

/** Cancels a pending build; false when it had ended already, or its release is made. `reason` is one line for the person watching. */
export async function cancelBuild(ctx: Context, build: Pick<Build, 'id' | 'appId'>, reason: string): Promise<boolean> {
  const ended = await endBuild(ctx, build, { status: 'failed', failure: reason }, `\n !     ${reason}\n${PUSH_FAILED}`);
  await ctx.bus.publish('build-cancel', { buildId: build.id });
  return ended?.status === 'failed';
}
