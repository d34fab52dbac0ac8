// The job `build`: claim, build under a time limit, renew, listen for a cancel, record the result.
import { endBuild, type BuildResult } from '../actions/build/end-build.js';
import { openOutput } from '../bus/gather-output.js';
import { log } from '../lib/log.js';
import type { Build } from '../model/build/build.js';
import { CONTAINER_STACK } from '../model/build/container.js';
import { appName, findApp } from '../store/app/apps.js';
import { beatBuild, claimBuild, hasFailedBefore } from '../store/build/builds.js';
import { findUser } from '../store/people/users.js';
import { build } from './build.js';
import type { BuildWork } from './work.js';
import type { Builder } from './deps.js';
import { platformFailure, repeatedText, timeFailure, type BuildFailure } from './texts.js';

const BEAT_MS = 2_000;
const END_TRIES = 60;

/** Builds under way, so that a cancel or a stop of the process finds them. */
export type RunningBuilds = Map<string, AbortController>;

/** Works a build unless another try has begun it, or it has ended. */
export async function workBuild(b: Builder, running: RunningBuilds, buildId: string): Promise<void> {
  const row = await claimBuild(b.ctx.store, buildId, b.node);
  if (!row) return;
  b.ctx.bus.publish('build-started', { appId: row.appId }).catch(() => undefined);
  const marks = stopwatch();
  const stopper = new AbortController();
  running.set(row.id, stopper);
  const timer = setTimeout(() => stopper.abort(timeFailure(b.limits.seconds)), b.limits.seconds * 1000);
  const beat = setInterval(() => void renew(b, row, stopper), BEAT_MS);
  try {
    const result = await buildClaimed(b, row, stopper, marks.mark);
    const isCancelled = stopper.signal.aborted && stopper.signal.reason === null;
    const ended = { status: isCancelled ? 'cancelled' : result.status, failure: result.status === 'failed' ? result.failure : undefined };
    log('build-ended', { build: row.id, app: await appName(b.ctx.store, row.appId), ...ended, ...marks.read() });
  } finally {
    clearTimeout(timer);
    clearInterval(beat);
    running.delete(row.id);
    if (row.stack !== CONTAINER_STACK) b.spares.prepare(row.appId, row.stack);
  }
}

async function buildClaimed(b: Builder, row: Build, stopper: AbortController, mark: (part: string) => void): Promise<BuildResult> {
  const output = openOutput(b.ctx.bus, { id: row.id, of: 'build', maxBytes: b.limits.outputMb * 1024 * 1024 });
  stopper.signal.addEventListener('abort', () => {
    if (stopper.signal.reason === null) output.mute();
  });
  const result = await tryBuild(b, row, { output, signal: stopper.signal, mark });
  const isRepeated = result.status === 'failed' && (await hasFailedBefore(b.ctx.store, row).catch(() => false));
  if (isRepeated) output.say(repeatedText(row.commit ?? ''));
  await output.flush();
  await endInTheEnd(b, row, result);
  mark('end');
  return result;
}

/** Records the result; a store that is away for a moment is waited for. */
async function endInTheEnd(b: Builder, row: Build, result: BuildResult): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await endBuild(b.ctx, row, result);
      return;
    } catch (error) {
      if (attempt === END_TRIES) throw error;
      log('build-end-waits', { build: row.id, error: (error as Error).message });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function tryBuild(b: Builder, row: Build, work: Pick<BuildWork, 'output' | 'signal' | 'mark'>): Promise<BuildResult> {
  try {
    const [app, user] = await Promise.all([findApp(b.ctx.store, row.appId), findUser(b.ctx.store, row.userId)]);
    if (!app || !user) return { status: 'failed', failure: 'The app was destroyed.' };
    return await build(b, { ...work, build: row, app, user });
  } catch (error) {
    log('build-broken', { build: row.id, app: await appName(b.ctx.store, row.appId), error: (error as Error).stack ?? String(error) });
    return { status: 'failed', failure: platformFailure.failure };
  }
}

/** How long each part took: `compile=230 pack=12 … ms=310`. */
function stopwatch(): { mark(part: string): void; read(): Record<string, number> } {
  const begun = Date.now();
  const parts: Record<string, number> = {};
  let last = begun;
  return {
    mark(part) {
      const now = Date.now();
      parts[`${part}_ms`] = now - last;
      last = now;
    },
    read: () => ({ ...parts, ms: Date.now() - begun }),
  };
}

/** Says that this builder lives; ends the work when the build has ended without it. */
async function renew(b: Builder, row: Build, stopper: AbortController): Promise<void> {
  const isPending = await beatBuild(b.ctx.store, row.id).catch(() => true);
  if (!isPending) stopper.abort(null);
}

/** Ends a build's work: with a failure to tell, or null when its end has been told. */
export function stopBuild(running: RunningBuilds, buildId: string, reason: BuildFailure | null): void {
  running.get(buildId)?.abort(reason);
}
