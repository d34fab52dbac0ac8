// Containers started ahead: the one for an app's next build waits at its stdin from a little after its last build on,
// so that whoever pushes again soon doesn't wait for Docker. A few only, and not for long.
import { startBuildContainer, type RunningBuild } from '../docker/build-container.js';
import { ensureBuildImage } from '../docker/build-image.js';
import type { BuildPlace } from '../docker/build-spec.js';
import { cacheVolumeName } from '../docker/build-volumes.js';
import type { Engine } from '../docker/engine.js';
import { log } from '../lib/log.js';

export interface Spares {
  /** A started container for a build of this app: the one that waits, or a new one. */
  take(appId: string, buildId: string): Promise<RunningBuild>;
  /** Starts one for the app's next build, in a while: the release has the machine first. */
  prepare(appId: string): void;
  /** Removes the app's, if there is one. */
  drop(appId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface SparesPlace extends BuildPlace {
  engine: Engine;
  /** The stack's image and our buildpacks: the image is made anew from them when someone has removed it. */
  imageSource: { stackImage: string; buildpacksDir: string };
  /** How many may wait; none switches it off. */
  spares: number;
}

const DELAY_MS = 3_000;
const KEEP_MS = 600_000;

/** Opens the pool; starts nothing yet. */
export function openSpares(o: SparesPlace): Spares {
  const waiting = new Map<string, RunningBuild>();
  const timers = new Map<string, NodeJS.Timeout>();
  const starting = new Set<Promise<void>>();
  let isStopped = false;

  function prepare(appId: string): void {
    if (o.spares === 0) return;
    setTimer(appId, DELAY_MS, () => {
      const started = startSpare(appId).finally(() => starting.delete(started));
      starting.add(started);
      return started;
    });
  }

  async function startSpare(appId: string): Promise<void> {
    if (waiting.has(appId)) return;
    for (const oldest of [...waiting.keys()].slice(0, Math.max(0, waiting.size - o.spares + 1))) await drop(oldest);
    const run = await startFor(o, appId, 'spare');
    if (isStopped) return run.remove();
    waiting.set(appId, run);
    void run.ended.catch(() => undefined).then(() => forget(appId, run));
    run.stdin.once('close', () => forget(appId, run));
    setTimer(appId, KEEP_MS, () => drop(appId));
  }

  function setTimer(appId: string, ms: number, work: () => Promise<void>): void {
    clearTimeout(timers.get(appId));
    if (isStopped) return;
    timers.set(appId, setTimeout(() => void work().catch((error: Error) => log('spare-failed', { app: appId, error: error.message })), ms).unref());
  }

  function forget(appId: string, run: RunningBuild): void {
    if (waiting.get(appId) !== run) return;
    waiting.delete(appId);
    void run.remove().catch(() => undefined);
  }

  async function take(appId: string, buildId: string): Promise<RunningBuild> {
    clearTimeout(timers.get(appId));
    const run = waiting.get(appId);
    waiting.delete(appId);
    return run ?? startFor(o, appId, buildId);
  }

  async function drop(appId: string): Promise<void> {
    clearTimeout(timers.get(appId));
    timers.delete(appId);
    const run = waiting.get(appId);
    waiting.delete(appId);
    await run?.remove();
  }

  async function stop(): Promise<void> {
    isStopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await Promise.all([...starting, ...[...waiting.keys()].map(drop)].map((each) => each.catch(() => undefined)));
  }

  return { take, prepare, drop, stop };
}

async function startFor(o: SparesPlace, appId: string, buildId: string): Promise<RunningBuild> {
  const spec = { place: o, appId, buildId, cacheVolume: cacheVolumeName(o.homeId, appId) };
  try {
    return await startBuildContainer(o.engine, spec);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    await ensureBuildImage(o.engine, o.imageSource);
    return startBuildContainer(o.engine, spec);
  }
}
