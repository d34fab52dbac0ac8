// The dyno manager as a whole: what makes it look, and how it ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { findCaBundle } from '../docker/ca-bundle.js';
import { removeContainerImages } from '../docker/image/container-image.js';
import { watchDynoEvents } from '../docker/dyno/dyno-container.js';
import { removeSlugImages } from '../docker/image/slug-image.js';
import { watchEngine } from '../docker/engine-watch.js';
import { log } from '../lib/log.js';
import { workJobs } from '../queue/open-queue.js';
import { recentDigests, recentImages } from '../store/app/wanted.js';
import type { Deps } from './deps.js';
import { openEnds } from './ends.js';
import { openNetworks } from './ahead/networks.js';
import { openHeldUp } from './life/held-up.js';
import { openMemoryTeller } from './life/out-of-memory.js';
import { openManager } from './reconcile.js';
import { openReleases } from './release/releases.js';
import { openSpareDynos } from './ahead/spare-dynos.js';

export interface Dynos {
  /** Why dynos can't be managed now; undefined when they can. */
  trouble(): string | undefined;
  /** Stops managing within a few seconds. Dynos run on, and are found again at the next start. */
  stop(): Promise<void>;
}

const SWEEP_MS = 5_000;
/** Spare networks are put in order every so many sweeps. */
const TIDY_EVERY = 4;
const IMAGES_MS = 600_000;
const KEPT_RELEASES = 3;
const JOBS_AT_ONCE = 20;
const HELD_UP_MS = 1_000;

type Own = 'networks' | 'spareDynos' | 'ends' | 'notTaken' | 'caBundle';
type Parts = Omit<Deps, Own> & { redisUrl: string; dockerHost: string; spareNetworks: number; spareDynosMost: number };

/** Starts managing the dynos of this home. Docker needn't be there yet. */
export function startDynos(parts: Parts): Dynos {
  const closing = new AbortController();
  const networks = openNetworks(parts);
  const ends = openEnds();
  const shared = { ...parts, caBundle: findCaBundle(), networks, ends, notTaken: new Set<string>() };
  const spareDynos = openSpareDynos(shared, { most: parts.spareDynosMost });
  const deps: Deps = { ...shared, spareDynos };
  const manager = openManager(deps);
  const releases = openReleases(deps, manager);
  const memory = openMemoryTeller(deps);
  const heldUp = openHeldUp(deps, manager.giveUp);
  const watch = watchEngine(parts);
  let trouble: string | undefined;

  /** Whatever makes us look, a look that fails is made good by the next sweep. */
  const reconcile = (appId: string) => void manager.reconcile(appId).catch(() => undefined);

  async function sweep(): Promise<void> {
    try {
      await manager.sweep();
      await releases.catchUp();
      if (trouble) log('dynos-managed-again');
      trouble = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      if (trouble !== reason) log('dynos-not-managed', { reason });
      trouble = reason;
    }
  }

  async function keepSweeping(): Promise<void> {
    for (let round = 1; !closing.signal.aborted; round += 1) {
      await sweep();
      if (round % TIDY_EVERY === 0) networks.tidySoon();
      await pause(SWEEP_MS);
    }
  }

  async function keepTelling(): Promise<void> {
    for (; !closing.signal.aborted; await pause(HELD_UP_MS)) await heldUp.look(watch.trouble()).catch(() => undefined);
  }

  async function keepRemovingImages(): Promise<void> {
    for (await pause(IMAGES_MS); !closing.signal.aborted; await pause(IMAGES_MS)) {
      await removeUnused(deps).catch((error: Error) => log('images-not-removed', { error: error.message }));
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);

  void watchDynoEvents(deps.engine, {
    homeId: deps.homeId,
    signal: closing.signal,
    connected() {
      networks.lookAgain();
      void sweep();
    },
    hear({ kind, dynoId, appId, containerId, status }) {
      if (kind === 'unlink') return networks.tidySoon();
      if (kind === 'oom') {
        ends.outOfMemory(containerId);
        return void memory.outOfMemory(dynoId, appId).catch(() => undefined);
      }
      ends.died(containerId, status);
      memory.forget(dynoId);
      reconcile(appId);
    },
  });
  deps.bus.subscribe('build-started', ({ appId }) => void spareDynos.prepare(appId)).catch(() => undefined);
  deps.bus.subscribe('app-created', ({ appId }) => void spareDynos.welcome(appId)).catch(() => undefined);
  deps.bus.subscribe('dynos-restart', ({ appId }) => reconcile(appId)).catch(() => undefined);
  const jobs = { url: parts.redisUrl, concurrency: JOBS_AT_ONCE };
  const workers = [
    workJobs(jobs, 'release', ({ releaseId }) => releases.carryOut(releaseId)),
    workJobs(jobs, 'reconcile', ({ appId }) => manager.reconcile(appId)),
  ];
  void keepSweeping();
  void keepRemovingImages();
  void keepTelling();

  return {
    trouble: () => watch.trouble() ?? trouble,
    async stop() {
      closing.abort();
      watch.stop();
      releases.close();
      await Promise.race([
        Promise.all([networks.close(), spareDynos.close(), manager.close(), ...workers.map((worker) => worker.close(1_000))]),
        sleep(2_500),
      ]);
    },
  };
}

async function removeUnused(deps: Deps): Promise<void> {
  const kept = await recentDigests(deps.store, KEPT_RELEASES);
  const removed = await removeSlugImages(deps.engine, { homeId: deps.homeId, keeps: (digest) => kept.has(digest) });
  const images = await recentImages(deps.store, KEPT_RELEASES);
  const more = await removeContainerImages(deps.engine, { homeId: deps.homeId, keeps: (id) => images.has(id) });
  if (removed + more > 0) log('images-removed', { images: removed + more });
}
