// Containers started ahead: the one for an app's next build waits at its stdin from a moment after its last build on,
// or earlier when that takes long, so that whoever pushes again soon doesn't wait for Docker; a new app's is there for its
// first push. A few only, and not for long.
import { startBuildContainer, type RunningBuild } from '../../docker/build/build-container.js';
import { cacheVolumeName } from '../../docker/build/build-volumes.js';
import type { Engine } from '../../docker/engine.js';
import { log } from '../../lib/log.js';
import { openPlaces } from '../../lib/async/places.js';
import type { BuildStacks } from './stacks.js';

export interface Spares {
  /** A started container for a build of this app on this stack: the one that waits, or a new one. Throws StackMissing. */
  take(appId: string, stack: string, buildId: string): Promise<RunningBuild>;
  /** Starts one for the app's next build, in a moment: the release has the machine first. */
  prepare(appId: string, stack: string): void;
  /** Starts one for a new app at once, if there is room. */
  welcome(appId: string, stack: string): void;
  /** Removes the app's, if there is one. */
  drop(appId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface SparesParts {
  engine: Engine;
  homeId: string;
  stacks: Pick<BuildStacks, 'open'>;
  /** How many may wait; none switches it off. */
  spares: number;
}

interface Spare {
  run: Promise<RunningBuild>;
  stack: string;
  since: number;
  /** Leaves its place among the few. */
  leave: () => void;
}

const DELAY_MS = 800;
/** A build that takes longer leaves the machine room enough. */
const DELAY_DURING_BUILD_MS = 4_000;
const KEEP_MS = 600_000;
/** One that has waited for so long may make room for another; with many builds at once none would live to be used. */
const YOUNG_MS = 5_000;

/** Opens the pool; starts nothing yet. */
export function openSpares(o: SparesParts): Spares {
  const waiting = new Map<string, Spare>();
  const timers = new Map<string, NodeJS.Timeout>();
  const places = openPlaces(o.spares);
  let isStopped = false;

  function prepare(appId: string, stack: string, ms = DELAY_MS): void {
    if (o.spares > 0 && !waiting.has(appId)) setTimer(appId, ms, () => startSpare(appId, stack));
  }

  async function startSpare(appId: string, stack: string): Promise<void> {
    if (waiting.has(appId)) return;
    const leave = await takePlace();
    if (leave === null) return;
    if (isStopped || waiting.has(appId) || !timers.has(appId)) return leave();
    const spare = { run: startFor(o, { appId, stack, buildId: null }), stack, since: Date.now(), leave };
    waiting.set(appId, spare);
    setTimer(appId, KEEP_MS, () => drop(appId));
    const end = () => forget(appId, spare);
    const run = await spare.run.catch((error: unknown) => {
      end();
      throw error;
    });
    void run.ended.then(end, end);
    run.stdin.once('close', end);
  }

  /** Where all are taken, one that has waited for long makes room: its place can be had when it is gone, and not before. */
  async function takePlace(): Promise<(() => void) | null> {
    const free = places.take();
    const oldest = [...waiting].find(([, { since }]) => Date.now() - since > YOUNG_MS)?.[0];
    if (free || oldest === undefined) return free;
    await drop(oldest);
    return places.take();
  }

  function hasRoom(): boolean {
    return [...waiting.values()].filter(({ since }) => Date.now() - since < YOUNG_MS).length < o.spares;
  }

  function setTimer(appId: string, ms: number, work: () => Promise<void>): void {
    clearTimer(appId);
    if (isStopped) return;
    timers.set(
      appId,
      setTimeout(() => void work().catch((error: Error) => log('spare-failed', { app: appId, error: error.message })), ms).unref(),
    );
  }

  /** None is wanted for the app any more, also where one is about to start. */
  function clearTimer(appId: string): void {
    clearTimeout(timers.get(appId));
    timers.delete(appId);
  }

  /** A spare that ended by itself. */
  function forget(appId: string, spare: Spare): void {
    if (waiting.get(appId) !== spare) return;
    waiting.delete(appId);
    void gone(spare);
  }

  async function take(appId: string, stack: string, buildId: string): Promise<RunningBuild> {
    const run = await takeWaiting(appId, stack);
    if (hasRoom()) prepare(appId, stack, DELAY_DURING_BUILD_MS);
    return run ?? startFor(o, { appId, stack, buildId });
  }

  async function takeWaiting(appId: string, stack: string): Promise<RunningBuild | undefined> {
    clearTimer(appId);
    const spare = waiting.get(appId);
    if (spare && spare.stack !== stack) await drop(appId);
    if (spare?.stack !== stack) return undefined;
    waiting.delete(appId);
    spare.leave();
    return spare.run.catch(() => undefined);
  }

  async function drop(appId: string): Promise<void> {
    clearTimer(appId);
    const spare = waiting.get(appId);
    waiting.delete(appId);
    if (spare) await gone(spare);
  }

  /** Removes it; its place is free then. */
  async function gone({ run, leave }: Spare): Promise<void> {
    const started = await run.catch(() => undefined);
    await started?.remove().catch((error: Error) => log('spare-not-removed', { error: error.message }));
    leave();
  }

  async function stop(): Promise<void> {
    isStopped = true;
    for (const appId of timers.keys()) clearTimer(appId);
    await Promise.all([...waiting.keys()].map(drop).map((each) => each.catch(() => undefined)));
  }

  function welcome(appId: string, stack: string): void {
    if (hasRoom()) prepare(appId, stack, 0);
  }

  return { take, prepare, welcome, drop, stop };
}

async function startFor(
  o: SparesParts,
  { stack, appId, buildId }: { stack: string; appId: string; buildId: string | null },
): Promise<RunningBuild> {
  const { place, restore } = await o.stacks.open(stack);
  const spec = { place, appId, buildId, cacheVolume: cacheVolumeName(o.homeId, appId) };
  try {
    return await startBuildContainer(o.engine, spec);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    await restore();
    return startBuildContainer(o.engine, spec);
  }
}
