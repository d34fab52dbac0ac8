// Containers started ahead, each waiting at its stdin: one for an app that nobody has built yet, and one for each of the apps
// that were built last, so that whoever pushes doesn't wait for Docker. A few only, and not for long.
import { randomUUID } from 'node:crypto';
import { startBuildContainer, type RunningBuild } from '../docker/build-container.js';
import { ensureBuildImage } from '../docker/build-image.js';
import type { BuildPlace } from '../docker/build-spec.js';
import { cacheVolumeName } from '../docker/build-volumes.js';
import type { Engine } from '../docker/engine.js';
import { log } from '../lib/log.js';
import type { Caches } from './caches.js';

export interface Spares {
  /** A started container for a build of this app: one that waits, or a new one. `isNew`: it has never been built. */
  take(o: { appId: string; buildId: string; isNew: boolean }): Promise<RunningBuild>;
  /** Starts one for the next build of this app, in a moment; without an app, for the first build of any. */
  prepare(appId?: string): void;
  /** Removes the app's, if there is one. */
  drop(appId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface SparesPlace extends BuildPlace {
  engine: Engine;
  caches: Caches;
  /** The stack's image and our buildpacks: the image is made anew from them when someone has removed it. */
  imageSource: { stackImage: string; buildpacksDir: string };
  /** How many apps may have one waiting; none switches it off, for new apps too. */
  spares: number;
}

interface Spare {
  run: Promise<RunningBuild>;
  volume: string;
}

/** After a build its release has the machine first; during a long one there is nothing to wait for. */
const DELAY_MS = 500;
const DELAY_DURING_BUILD_MS = 1_000;
const DELAY_ANY_MS = 4_000;
const KEEP_MS = 600_000;
/** In place of an app's id. */
const ANY = '';

/** Opens the pool; starts nothing yet. */
export function openSpares(o: SparesPlace): Spares {
  const waiting = new Map<string, Spare>();
  const timers = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  function prepare(appId = ANY, ms = DELAY_MS): void {
    if (o.spares > 0) setTimer(appId, ms, () => startSpare(appId));
  }

  async function startSpare(appId: string): Promise<void> {
    if (waiting.has(appId)) return;
    if (appId !== ANY) await makeRoom();
    const volume = appId === ANY ? cacheVolumeName(o.homeId, randomUUID()) : o.caches.volumeOf(appId);
    const spare = { volume, run: startContainer(o, { appId, buildId: 'spare', volume }) };
    waiting.set(appId, spare);
    if (appId !== ANY) setTimer(appId, KEEP_MS, () => drop(appId));
    const leave = () => forget(appId, spare);
    const run = await spare.run.catch((error: unknown) => {
      leave();
      throw error;
    });
    void run.ended.then(leave, leave);
    run.stdin.once('close', leave);
  }

  async function makeRoom(): Promise<void> {
    const apps = [...waiting.keys()].filter((key) => key !== ANY);
    for (const oldest of apps.slice(0, Math.max(0, apps.length - o.spares + 1))) await drop(oldest);
  }

  function setTimer(appId: string, ms: number, work: () => Promise<void>): void {
    clearTimeout(timers.get(appId));
    if (isStopped) return;
    timers.set(appId, setTimeout(() => void work().catch((error: Error) => log('spare-failed', { app: appId, error: error.message })), ms).unref());
  }

  /** A spare that ended by itself. */
  function forget(appId: string, spare: Spare): void {
    if (waiting.get(appId) !== spare) return;
    waiting.delete(appId);
    void spare.run.then((run) => run.remove()).catch(() => undefined);
  }

  async function take({ appId, buildId, isNew }: { appId: string; buildId: string; isNew: boolean }): Promise<RunningBuild> {
    const key = waiting.has(appId) || !isNew || o.caches.isGiven(appId) ? appId : ANY;
    clearTimeout(timers.get(appId));
    const spare = waiting.get(key);
    waiting.delete(key);
    const run = await spare?.run.catch(() => undefined);
    if (spare && run && key === ANY) o.caches.give(appId, spare.volume);
    if (key === ANY) prepare(ANY, DELAY_ANY_MS);
    prepare(appId, DELAY_DURING_BUILD_MS);
    return run ?? startContainer(o, { appId, buildId, volume: o.caches.volumeOf(appId) });
  }

  async function drop(appId: string): Promise<void> {
    if (appId === ANY) return;
    clearTimeout(timers.get(appId));
    timers.delete(appId);
    await remove(appId);
  }

  async function remove(key: string): Promise<void> {
    const spare = waiting.get(key);
    waiting.delete(key);
    const run = await spare?.run.catch(() => undefined);
    await run?.remove();
  }

  async function stop(): Promise<void> {
    isStopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await Promise.all([...waiting.keys()].map((key) => remove(key).catch(() => undefined)));
  }

  return { take, prepare, drop, stop };
}

async function startContainer(o: SparesPlace, { appId, buildId, volume }: { appId: string; buildId: string; volume: string }): Promise<RunningBuild> {
  const spec = { place: o, appId, buildId, cacheVolume: volume };
  try {
    return await startBuildContainer(o.engine, spec);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    await ensureBuildImage(o.engine, o.imageSource);
    return startBuildContainer(o.engine, spec);
  }
}
