// A build ends once, with one result; its output moves from Redis to the store.
import { isCancelled, type Build } from '../../model/build/build.js';
import { apiLine } from '../../model/logs/log-line.js';
import { forgetBuildLogin } from '../../store/build/build-logins.js';
import { finishBuild, saveBuildOutput } from '../../store/build/builds.js';
import { appendOutput, readOutput } from '../../bus/output.js';
import { inTransaction } from '../../store/open-store.js';
import { tellStatus } from '../connection/tell-status.js';
import type { Context } from '../context.js';

export type BuildResult = { status: 'succeeded'; slugId: string; releaseId: string } | { status: 'failed'; failure: string };

/**
 * Ends a pending build, and returns it; undefined when it had ended already: the first result stays. A build that has
 * made its release ends as succeeded. `lastWords` are added to the output of one that failed.
 */
export async function endBuild(
  ctx: Context,
  build: Pick<Build, 'id' | 'appId'>,
  result: BuildResult,
  lastWords = '',
): Promise<Build | undefined> {
  const ended = await inTransaction(ctx.store, async (store) => {
    const row = await finishBuild(store, build.id, result);
    // One that has a release is told of with that one's end.
    if (row?.status === 'failed') await tellStatus(store, row);
    if (row && row.gitRef !== null) await forgetBuildLogin(store, row.id);
    return row;
  });
  if (!ended) return undefined;
  if (ended.status === 'failed' && lastWords !== '') await appendOutput(ctx.bus, build.id, lastWords);
  await appendOutput(ctx.bus, build.id, '', true);
  if (ended.connectionId !== null) await ctx.bus.publish('outbox-written', {});
  await ctx.bus.publish('build-finished', { buildId: build.id });
  const word = isCancelled(ended) ? 'cancelled' : ended.status;
  const text = ended.status === 'succeeded' ? 'Build succeeded' : `Build ${word} -- ${ended.failure}`;
  ctx.lines.write(build.appId, apiLine(Date.now(), text));
  const { chunks } = await readOutput(ctx.bus, build.id);
  await saveBuildOutput(ctx.store, build.id, chunks.map((chunk) => chunk.text).join(''));
  return ended;
}
