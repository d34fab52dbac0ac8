// All log drains, sent to by one logplex process at a time: whoever holds them. Which there are is read from the store when told, and now
// and then; how far each has come is kept in Redis, so that whoever is next goes on from there.
import { randomUUID } from 'node:crypto';
import { areThereDrains, forgetPlace, holdDrains, releaseDrains, savePlaces } from '../../bus/drain-places.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { LogDrain } from '../../model/logs/drain.js';
import { listLogDrains } from '../../store/app/log-drains.js';
import type { OpenStore } from '../../store/open-store.js';
import { openHub } from '../hub.js';
import { makeBufferPool } from './line-buffer.js';
import type { DrainParts, OpenDrain } from './open-drain.js';

type Needs = Omit<DrainParts, 'guard' | 'pool' | 'hub'> & {
  /** Asked again until the store is there. */
  openStore: () => Promise<OpenStore>;
  fetchAllow: readonly string[];
};

/** An add-on takes its drain along. */
const TOLD_BY = ['drains-changed', 'app-destroyed', 'addon-changed'] as const;
const BEAT_MS = 1_000;
/** A process that doesn't say within this time that it goes on is followed by another. */
const HOLD_MS = 3_000;
const LOOK_MS = 10_000;
const STOP_MS = 2_000;
/** What all drains may keep together. */
const POOL_CHARS = 64 * 1_048_576;

export function startDrains(needs: Needs): { stop(): Promise<void> } {
  const { bus } = needs;
  const holder = randomUUID();
  const wake = makeWake();
  const pool = makeBufferPool({ chars: POOL_CHARS });
  const hub = openHub(bus);
  const open = new Map<string, OpenDrain>();
  let isStopped = false;
  let isHeld = false;
  let lookAt = 0;
  let store: OpenStore | null = null;

  const lookNow = () => {
    lookAt = 0;
    wake.ring();
  };
  bus.onReconnect(lookNow);
  const hearing = Promise.all(TOLD_BY.map((channel) => bus.subscribe(channel, lookNow))).catch((error: Error) =>
    log('drains-fault', { error: error.message }),
  );

  /** Returns in how many ms to beat again: where there are no drains, nobody holds them. */
  async function beat(): Promise<number> {
    if (!store && !(await areThereDrains(bus))) return LOOK_MS;
    isHeld = await holdDrains(bus, holder, HOLD_MS);
    if (!isHeld) return closeAll().then(() => BEAT_MS);
    if (performance.now() >= lookAt) await look();
    await keepPlaces();
    for (const each of open.values()) each.tell();
    return BEAT_MS;
  }

  async function look(): Promise<void> {
    lookAt = performance.now() + LOOK_MS;
    store ??= await needs.openStore();
    const drains = new Map((await listLogDrains(store)).map((drain) => [drain.id, drain]));
    for (const [id, { drain }] of open) {
      const now = drains.get(id);
      if (now?.updatedAt.getTime() === drain.updatedAt.getTime()) continue;
      await close(id);
      if (!now) await forgetPlace(bus, id);
    }
    await Promise.all([...drains.values()].filter(({ id }) => !open.has(id)).map(begin));
  }

  /** What sends is loaded when there is somebody to send to. */
  async function begin(drain: LogDrain): Promise<void> {
    try {
      const [{ openDrain }, { openFetchGuard }] = await Promise.all([import('./open-drain.js'), import('../../outbound/fetch-guard.js')]);
      guard ??= openFetchGuard(needs.fetchAllow);
      open.set(drain.id, await openDrain({ ...needs, hub, pool, guard }, drain));
    } catch (error) {
      log('drain-not-opened', { drain: drain.token, app: drain.appId, error: (error as Error).message });
    }
  }
  let guard: DrainParts['guard'] | null = null;

  async function keepPlaces(): Promise<void> {
    const places = new Map<string, string>();
    for (const [id, each] of open) {
      const place = each.takePlace();
      if (place !== null) places.set(id, place);
    }
    if (places.size > 0) await savePlaces(bus, places);
  }

  async function close(id: string): Promise<void> {
    const closing = open.get(id);
    open.delete(id);
    await closing?.stop();
  }

  async function closeAll(): Promise<void> {
    await Promise.all([...open.keys()].map(close));
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      const pauseMs = await beat().catch((error: Error) => {
        log('drains-fault', { error: error.message });
        return BEAT_MS;
      });
      await wake.wait(pauseMs);
    }
  }
  const running = run();

  return {
    async stop() {
      isStopped = true;
      wake.ring();
      await within(STOP_MS, running);
      for (const end of (await hearing) ?? []) end();
      if (isHeld)
        await within(
          STOP_MS,
          leave().catch((error: Error) => log('drains-fault', { error: error.message })),
        );
      await store?.close();
    },
  };

  async function leave(): Promise<void> {
    const ended = [...open.values()];
    await Promise.all(ended.map((each) => each.stop()));
    await keepPlaces();
    await releaseDrains(bus, holder);
  }
}
