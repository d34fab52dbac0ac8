// Brings what dynos print into their apps' logs: one follower per container, for as long as the container exists.
import { setMaxListeners } from 'node:events';
import type { Bus } from '../../bus/open-bus.js';
import { engineId } from '../../docker/engine-info.js';
import type { Engine } from '../../docker/engine.js';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import { readSource, type ContainerState, type OutputSource } from '../../docker/dyno/containers.js';
import { followFiles } from './follow-files.js';
import { followStream } from './follow-stream.js';
import type { Follower } from './follower.js';
import { isReadable } from './log-files.js';
import { openSender, type Sender } from './sender.js';
import { watchContainers } from '../../docker/dyno/watch-containers.js';

export interface Output {
  /** Resolves when all that a container printed is in its app's log, or after 10 s. Call it before removing one. */
  drainOutput(containerId: string): Promise<void>;
  /** Stops reading; what is on its way is still sent, within 2 s. The next start goes on from there. */
  stop(): Promise<void>;
}

interface Followed {
  follower: Follower;
  sender: Sender;
  isDone: boolean;
}

const DRAIN_MS = 10_000;
const STOP_MS = 2_000;

/** Follows every dyno of this home on this engine. Neither Docker nor Redis has to be there yet. */
export function startOutput(o: { engine: Engine; bus: Bus; homeId: string }): Output {
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal);
  const all = new Map<string, Promise<Followed | null>>();
  let ofEngine = '';

  /** The follower of a container, made on first call; null when there is nothing to follow. */
  function follow(id: string): Promise<Followed | null> {
    const known = all.get(id);
    if (known) return known;
    const made = begin(id).catch((error: Error) => {
      log('output-not-followed', { container: id.slice(0, 12), error: error.message });
      all.delete(id);
      return null;
    });
    all.set(id, made);
    return made;
  }

  async function begin(id: string): Promise<Followed | null> {
    const source = await readSource(o.engine, o.homeId, id);
    if (!source || source.driver === 'none' || signal.aborted) return null;
    const sender = openSender({ bus: o.bus, key: await placesKey(), appId: source.appId, containerId: id, signal });
    const followed = { follower: choose(source, sender), sender, isDone: false };
    followed.follower.done.then(
      () => void (followed.isDone = true),
      (error: Error) => {
        log('output-lost', { app: source.appId, dyno: source.ps, error: error.message });
        all.delete(id);
      },
    );
    if (!source.isRunning) void followed.follower.finish().catch(() => undefined);
    return followed;
  }

  function choose(source: OutputSource, sender: Sender): Follower {
    const options = { ps: source.ps, sender, signal };
    if (source.driver === 'json-file' && isReadable(source.path)) return followFiles({ ...options, ...source });
    return followStream({ ...options, ...source, engine: o.engine });
  }

  async function placesKey(): Promise<string> {
    if (ofEngine === '') ofEngine = await engineId(o.engine);
    return `log-places:${o.homeId}:${ofEngine}`;
  }

  /** A container that has ended and runs again goes on in the same files. */
  async function running(id: string): Promise<void> {
    const known = await all.get(id);
    if (known?.isDone) all.delete(id);
    await follow(id);
  }

  async function ended(id: string): Promise<void> {
    const followed = await follow(id);
    await followed?.follower.finish();
  }

  async function gone(id: string): Promise<void> {
    const followed = await all.get(id);
    await followed?.follower.finish();
    all.delete(id);
    await followed?.sender.forget();
  }

  function sweep(containers: ContainerState[]): void {
    const present = new Set(containers.map((each) => each.id));
    for (const { id, isRunning, hasStarted } of containers) {
      if (isRunning) quietly(running(id));
      else if (hasStarted) quietly(ended(id));
    }
    for (const id of all.keys()) if (!present.has(id)) quietly(gone(id));
    quietly(forgetAllBut(present));
  }

  /** Places of containers that went while nobody looked. */
  async function forgetAllBut(present: Set<string>): Promise<void> {
    const key = await placesKey();
    const saved = await o.bus.redis.hkeys(key);
    const stale = saved.filter((id) => !present.has(id) && !all.has(id));
    if (stale.length > 0) await o.bus.redis.hdel(key, ...stale);
  }

  const quietly = (work: Promise<void>) => void work.catch(() => undefined);
  watchContainers(
    { engine: o.engine, homeId: o.homeId, signal },
    {
      running: (id) => quietly(running(id)),
      ended: (id) => quietly(ended(id)),
      gone: (id) => quietly(gone(id)),
      all: sweep,
    },
  );

  return {
    async drainOutput(containerId) {
      await within(DRAIN_MS, ended(containerId)).catch(() => undefined);
    },
    async stop() {
      stopping.abort();
      const finished = Promise.all(all.values()).then((followed) => Promise.allSettled(followed.map((each) => each?.follower.done)));
      await within(STOP_MS, finished);
    },
  };
}
