// A build ends once, with one result; its output moves from Redis to the store.
import type { Build } from '../model/build.js';
import { apiLine } from '../model/log-line.js';
import { finishBuild, saveBuildOutput } from '../store/builds.js';
import { appendOutput, readOutput } from '../bus/build-output.js';
import type { Context } from './context.js';

export type BuildResult =
  | { status: 'succeeded'; slugId: string; releaseId: string }
  | { status: 'failed'; failure: string };

/** Ends a pending build. False when it had ended already: the first result stays. */
export async function endBuild(ctx: Context, build: Pick<Build, 'id' | 'appId'>, result: BuildResult): Promise<boolean> {
  const ended = await finishBuild(ctx.store, build.id, result);
  if (!ended) return false;
  await appendOutput(ctx.bus, build.id, '', true);
  await ctx.bus.publish('build-finished', { buildId: build.id });
  const text = result.status === 'succeeded' ? 'Build succeeded' : `Build failed -- ${result.failure}`;
  ctx.lines.write(build.appId, apiLine(Date.now(), text));
  const { chunks } = await readOutput(ctx.bus, build.id);
  await saveBuildOutput(ctx.store, build.id, chunks.map((chunk) => chunk.text).join(''));
  return true;
}
