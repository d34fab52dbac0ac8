// Containers started ahead: soon after an app's dynos are up, or at the latest when its next build begins, the first dyno
// of its next release gets its container, on the image that the app's dynos have now; a new app's gets it at once, on the
// runtimes of what was deployed last. It waits for command, environment and files; when the release turns out otherwise
// (another base, size or version), it is removed, and the dyno starts like any other. A few only, and not for long.
import { randomUUID } from 'node:crypto';
import { removeContainer, waitForExit } from '../../../docker/dyno/dyno-container.js';
import { createWaitingDyno, type WaitingDyno } from '../../../docker/dyno/waiting-dyno.js';
import { log } from '../../../lib/log.js';
import { openPlaces } from '../../../lib/async/places.js';
import type { EngineParts, SpareDynos, Started } from '../parts.js';
import { nextDyno, type NextDyno } from './next-dyno.js';
import { startContainer } from './start-container.js';

interface Spare {
  dynoId: string;
  appId: string;
  /** Null until it is known what to prepare. */
  place: NextDyno | null;
  since: number;
  isTaken: boolean;
  /** Leaves its place among the few; null while it has none. */
  leave: (() => void) | null;
  /** Whether it makes room for another: nobody else asks it to. */
  isLeaving: boolean;
  started: Promise<Started<WaitingDyno> | null>;
}

const KEEP_MS = 600_000;
const DELAY_MS = 800;
/** One that has waited for so long may make room for another; with many releases at once none would live to be used. */
const YOUNG_MS = 5_000;

/** @param o.most how many there may be at a time; 0 prepares none */
export function openSpareDynos(parts: Omit<EngineParts, 'spareDynos'>, o: { most: number }): SpareDynos {
  const all = new Map<string, Spare>();
  const soon = new Map<string, NodeJS.Timeout>();
  const places = openPlaces(o.most);
  let isClosed = false;

  async function prepare(appId: string, isNew = false): Promise<void> {
    if (isClosed || all.has(appId)) return;
    const spare: Spare = {
      dynoId: randomUUID(),
      appId,
      place: null,
      since: Date.now(),
      isTaken: false,
      leave: null,
      isLeaving: false,
      started: Promise.resolve(null),
    };
    all.set(appId, spare);
    spare.started = begin(spare, isNew).catch((error: Error) => {
      log('spare-dyno-failed', { app: appId, error: error.message });
      return null;
    });
    if (!(await spare.started)) return forget(spare);
    setTimeout(() => void drop(spare), KEEP_MS).unref();
  }

  async function begin(spare: Spare, isNew: boolean): Promise<Started<WaitingDyno> | null> {
    spare.leave = places.take();
    if (!spare.leave && !oldest(spare)) return null;
    spare.place = await nextDyno(parts, { ...spare, isNew });
    // Only who has something to prepare takes another's room.
    if (!spare.place || !(await hasPlace(spare))) return null;
    const { place } = spare;
    const started = await startContainer(parts, place, (network) => createWaitingDyno(parts.engine, { ...place, network }));
    void waitForExit(parts.engine, started.container.containerId)
      .catch(() => undefined)
      .then(() => drop(spare));
    return started;
  }

  /** Where all places are taken, one that has waited for long makes room: its place can be had when it is gone, and not before. */
  async function hasPlace(spare: Spare): Promise<boolean> {
    const old = spare.leave ? undefined : oldest(spare);
    if (old) {
      old.isLeaving = true;
      await drop(old);
    }
    spare.leave ??= places.take();
    return spare.leave !== null;
  }

  function oldest(spare: Spare): Spare | undefined {
    return [...all.values()].find(
      (other) => other !== spare && other.leave && !other.isTaken && !other.isLeaving && Date.now() - other.since > YOUNG_MS,
    );
  }

  /** The app's, if it is for this row. */
  function spareOf(appId: string, dynoId: string): Spare | undefined {
    const spare = all.get(appId);
    return spare?.dynoId === dynoId ? spare : undefined;
  }

  function forget(spare: Spare): void {
    if (all.get(spare.appId) === spare) all.delete(spare.appId);
    spare.leave?.();
  }

  /** Removes it, and forgets it then. */
  async function drop(spare: Spare): Promise<void> {
    if (all.get(spare.appId) !== spare || spare.isTaken) return;
    spare.started = spare.started.then(async (started) => {
      if (started) await removeContainer(parts.engine, started.container.containerId).catch(() => undefined);
      return null;
    });
    await spare.started;
    forget(spare);
  }

  /** When the last of many has been up for a moment. */
  function prepareSoon(appId: string): void {
    clearTimeout(soon.get(appId));
    const begin = () => {
      soon.delete(appId);
      void prepare(appId);
    };
    soon.set(appId, setTimeout(begin, DELAY_MS).unref());
  }

  return {
    prepare: (appId) => prepare(appId),
    welcome: (appId) => prepare(appId, true),
    prepareSoon,
    ids: () => [...all.values()].map(({ dynoId }) => dynoId),
    claim(appId, dyno) {
      const spare = all.get(appId);
      if (!spare?.place || spare.place.dyno.name !== dyno.name) return undefined;
      if (spare.place.release.version === dyno.releaseVersion) return spare.dynoId;
      // Its release went by, or is another's.
      void drop(spare);
      return undefined;
    },
    waitsOn: ({ id, appId }) => spareOf(appId, id)?.place?.waitsOn,
    async take(dyno) {
      const spare = spareOf(dyno.app.id, dyno.dyno.id);
      if (!spare) return null;
      spare.isTaken = true;
      const started = await spare.started;
      const fits = spare.place?.image === dyno.image && spare.place.size === dyno.size && started?.container.isListening();
      if (started && !fits) await removeContainer(parts.engine, started.container.containerId).catch(() => undefined);
      forget(spare);
      return fits ? started : null;
    },
    async drop(appId) {
      const spare = all.get(appId);
      if (spare) await drop(spare);
    },
    async close() {
      isClosed = true;
      await Promise.all([...all.values()].map(drop));
    },
  };
}
