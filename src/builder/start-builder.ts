// Brings a builder up: what the last one left is ended, the image is made, then builds are taken.
// Docker may be away for a while at the start: it is waited for.
import { watchEngine } from '../docker/engine-watch.js';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import { CONTAINER_STACK } from '../model/build/container.js';
import { workJobs, type JobWorker } from '../queue/open-queue.js';
import { endLeftovers, queueForgotten } from './machine/forgotten-builds.js';
import { openBuilder, type BuilderSettings } from './open-builder.js';
import { plainFailure } from './texts.js';
import { dropVoidCache, sweepCaches } from './machine/sweep-caches.js';
import { stopBuild, workBuild, type RunningBuilds } from './build-job.js';

export interface StartedBuilder {
  /** Resolves when builds are taken. */
  ready: Promise<void>;
  pulse(): { trouble?: string };
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Whoever stops us kills soon. */
const STOP_WITHIN_MS = 1_200;
const STOPPED = plainFailure('The builder was stopped while it worked on this build. Push again.');

/** Starts taking builds, as soon as Docker answers. */
export function startBuilder(s: BuilderSettings): StartedBuilder {
  const running: RunningBuilds = new Map();
  const closers: (() => unknown)[] = [];
  let worker: JobWorker | undefined;
  const watch = watchEngine(s);
  let trouble: string | undefined = 'starting';
  let isStopped = false;

  async function bringUp(): Promise<void> {
    const wait = { isStopped: () => isStopped, hear: (text: string) => void (trouble = text) };
    await inTheEnd(() => endLeftovers(s.ctx, s.node), wait);
    const b = await inTheEnd(() => openBuilder(s, watch), wait);
    if (!b || isStopped) return;
    closers.push(await s.ctx.bus.subscribe('build-cancel', ({ buildId }) => stopBuild(running, buildId, null)));
    closers.push(
      await s.ctx.bus.subscribe('cache-purged', ({ appId }) => void dropVoidCache(b, appId).catch(tellLater('cache-not-dropped'))),
    );
    closers.push(
      await s.ctx.bus.subscribe('app-created', ({ appId, stack }) => stack !== CONTAINER_STACK && b.spares.welcome(appId, stack)),
    );
    worker = workJobs({ url: s.redisUrl, concurrency: s.buildConcurrency }, 'build', ({ buildId }) => workBuild(b, running, buildId));
    s.ctx.bus.onReconnect(() => void queueForgotten(s.ctx).catch(tellLater('builds-not-queued')));
    closers.push(
      () => b.stacks.stop(),
      () => b.spares.stop(),
      () => b.endings.stop(),
    );
    closers.push(every(MINUTE_MS, () => queueForgotten(s.ctx), 'builds-not-queued'));
    closers.push(every(MINUTE_MS, () => b.stacks.openAll(), 'stacks-not-opened'));
    closers.push(every(HOUR_MS, () => b.stacks.refresh(), 'runtimes-not-refreshed'));
    closers.push(every(HOUR_MS, () => sweepCaches(b), 'caches-not-swept'));
    trouble = undefined;
  }

  return {
    ready: bringUp(),
    pulse: () => ({ trouble: watch.trouble() ?? trouble }),
    async stop() {
      isStopped = true;
      watch.stop();
      for (const id of running.keys()) stopBuild(running, id, STOPPED);
      // What Docker hasn't removed by then ends with its stdin, and goes at the next start.
      await within(STOP_WITHIN_MS, Promise.all([worker?.close(STOP_WITHIN_MS), ...closers.map((close) => close())]));
    },
  };
}

/** Does something that Docker or a store may be away for, again and again; null when the builder is stopped meanwhile. */
async function inTheEnd<T>(work: () => Promise<T>, o: { isStopped(): boolean; hear(trouble: string): void }): Promise<T | null> {
  let said = '';
  while (!o.isStopped()) {
    try {
      return await work();
    } catch (error) {
      const { message } = error as Error;
      if (message !== said) log('builder-waits', { error: message });
      said = message;
      o.hear(message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return null;
}

/** Does something now and then every `ms`; what goes wrong is logged, and tried again after a minute. */
function every(ms: number, work: () => Promise<unknown>, at: string): () => void {
  let timer: NodeJS.Timeout;
  const turn = async () => {
    const isDone = await work().then(
      () => true,
      (error: Error) => void tellLater(at)(error),
    );
    timer = setTimeout(turn, isDone ? ms : 60_000).unref();
  };
  timer = setTimeout(turn, 0);
  return () => clearTimeout(timer);
}

function tellLater(at: string): (error: Error) => void {
  return (error) => log(at, { error: error.message });
}
