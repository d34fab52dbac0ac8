// The job `build`: claim, build under a time limit, renew, listen for a cancel, record the result.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endBuild, type BuildResult } from '../actions/build/end-build.js';
import { openOutput, type GatheredOutput } from '../bus/gather-output.js';
import { isStuckText } from '../docker/engine-watch.js';
import { log } from '../lib/log.js';
import type { Build } from '../model/build/build.js';
import { CONTAINER_STACK } from '../model/build/container.js';
import { appName, findApp } from '../store/app/apps.js';
import { beatBuild, claimBuild, hasFailedBefore } from '../store/build/builds.js';
import { findUser } from '../store/people/users.js';
import { build } from './build.js';
import type { BuildWork } from './work.js';
import type { Builder } from './deps.js';
import { engineStuckText, info, platformFailure, repeatedText, timeFailure, type BuildFailure } from './texts.js';

const BEAT_MS = 2_000;
/** What a build may take to end once it is told to: more than a kill takes of an engine that works. */
const LET_GO_MS = 5_000;
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
  const endNews = tellOfEngine(b, output);
  const result = await inItsTime(tryBuild(b, row, { output, signal: stopper.signal, mark }), stopper.signal, output);
  await endNews(result);
  const isRepeated = result.status === 'failed' && (await hasFailedBefore(b.ctx.store, row).catch(() => false));
  if (isRepeated) output.say(repeatedText(row.commit ?? ''));
  await output.flush();
  await endInTheEnd(b, row, result);
  mark('end');
  return result;
}

/**
 * Says that the engine is stuck, and that it answers again, until the returned function is called at the end of the build: it
 * may be done before anybody looks again, and hears of the one when it was told of the other.
 */
function tellOfEngine(b: Builder, output: GatheredOutput): (result: BuildResult) => Promise<void> {
  let isTold = false;
  const deaf = b.engineNews.hear((trouble) => {
    if (isStuckText(trouble)) output.say(engineStuckText);
    else if (isTold && trouble === undefined) output.say(info('Docker answers again.'));
    isTold = isStuckText(trouble) || (isTold && trouble !== undefined);
  });
  return async (result) => {
    if (isTold && result.status === 'succeeded') await b.engineNews.look();
    deaf();
  };
}

/**
 * A build that is told to end, and can't since Docker doesn't answer, has ended all the same; what is left of it goes when
 * Docker answers.
 */
async function inItsTime(work: Promise<BuildResult>, signal: AbortSignal, output: GatheredOutput): Promise<BuildResult> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  ended.catch(() => undefined);
  const late = (async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: over.signal });
    await sleep(LET_GO_MS, undefined, { signal: over.signal });
    const reason = signal.reason as BuildFailure | null;
    if (reason) output.say(reason.said);
    await output.flush();
    output.mute();
    return { status: 'failed', failure: reason?.failure ?? 'Build was cancelled.' } as const;
  })();
  return Promise.race([ended, late.catch(() => ended)]);
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
