// The steps of Docker's builder while they run: each is a container of the engine's, which the API for builds can't limit in
// processes or disk. They are told apart from all others by options that only whoever asked for the build could give them.
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { readLines } from '../engine-events.js';
import { dockerOf, type Engine } from '../engine.js';

export interface StepLimits {
  pids: number;
  /** Of what the steps have written, each for itself and all that the build keeps of them. */
  diskBytes: number;
}

export interface StepWatch {
  /** Hears what the builder says: the images on the way count. */
  hear(text: string): void;
  stop(): void;
}

interface Watched extends StepLimits {
  isStep(options: Docker.HostConfig): boolean;
  onStep(containerId: string): void;
  onExceeded(what: 'disk' | 'processes'): void;
}

const LOOK_MS = 1_000;
/** The engine walks through all that a step has written: looking may take a tenth of the time. */
const PAUSE_FACTOR = 10;
/** A step that has all the processes it may for so many looks isn't going to end by itself. */
const FULL_LOOKS = 3;
const MOST_IMAGES = 1_000;

/** Watches until it is stopped. An engine that doesn't answer is asked again. */
export function watchSteps(engine: Engine, o: Watched): StepWatch {
  const stopper = new AbortController();
  const images = new Set<string>();
  let counting: Promise<void> = Promise.resolve();
  let keptBytes = 0;

  async function begin(id: string): Promise<void> {
    const container = dockerOf(engine).getContainer(id);
    const { HostConfig } = await container.inspect();
    if (!o.isStep(HostConfig)) return;
    await container.update({ PidsLimit: o.pids });
    o.onStep(id);
    await look(id);
  }

  async function look(id: string): Promise<void> {
    const container = dockerOf(engine).getContainer(id);
    for (let full = 0; !stopper.signal.aborted;) {
      const begun = performance.now();
      const { SizeRw, State } = (await container.inspect({ size: true } as object)) as Docker.ContainerInspectInfo & { SizeRw?: number };
      if (State.Status === 'exited' || State.Status === 'dead') return;
      const { current, limit } = State.Running ? await processesOf(container) : { current: 0, limit: 0 };
      full = limit > 0 && current >= Math.min(limit, o.pids) ? full + 1 : 0;
      if (stopper.signal.aborted) return;
      if (keptBytes + (SizeRw ?? 0) > o.diskBytes) return o.onExceeded('disk');
      if (full >= FULL_LOOKS) return o.onExceeded('processes');
      await sleep(Math.max(LOOK_MS, (performance.now() - begun) * PAUSE_FACTOR), undefined, { signal: stopper.signal });
    }
  }

  /** What an image on the way adds to the one below. A base that was pulled has none below it that the engine knows. */
  async function count(id: string): Promise<void> {
    const { Size, Parent } = await dockerOf(engine).getImage(id).inspect();
    if (Parent === '') return;
    keptBytes += Math.max(0, Size - (await dockerOf(engine).getImage(Parent).inspect()).Size);
    if (keptBytes > o.diskBytes && !stopper.signal.aborted) o.onExceeded('disk');
  }

  void hearCreated(engine, stopper.signal, (id) => void begin(id).catch(() => undefined));
  return {
    hear(text) {
      const id = /^ ---> ([0-9a-f]{12,64})\s*$/.exec(text)?.[1];
      if (id === undefined || images.has(id) || images.size >= MOST_IMAGES) return;
      images.add(id);
      counting = counting.then(() => count(id)).catch(() => undefined);
    },
    stop: () => stopper.abort(),
  };
}

async function processesOf(container: Docker.Container): Promise<{ current: number; limit: number }> {
  const { pids_stats } = await container.stats({ stream: false, 'one-shot': true });
  return { current: pids_stats?.current ?? 0, limit: pids_stats?.limit ?? 0 };
}

async function hearCreated(engine: Engine, signal: AbortSignal, hear: (id: string) => void): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], event: ['create'] });
  while (!signal.aborted) {
    try {
      const answer = (await dockerOf(engine).getEvents({ filters, abortSignal: signal })) as unknown as Readable;
      await readLines(answer, signal, (line) => hear((JSON.parse(line) as { id: string }).id));
    } catch {
      // It is asked again.
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
