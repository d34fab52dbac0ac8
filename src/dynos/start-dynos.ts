// The dyno manager as a whole: what makes it look, and how it ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { findCaBundle } from '../docker/ca-bundle.js';
import { killContainer, watchDynoEvents } from '../docker/dyno-container.js';
import { ensureNetwork, type Network } from '../docker/network.js';
import { removeSlugImages } from '../docker/slug-image.js';
import { openSpareNetworks } from '../docker/spare-networks.js';
import { log } from '../lib/log.js';
import { R_CODES } from '../model/error-codes.js';
import { workJobs } from '../queue/open-queue.js';
import { recentDigests } from '../store/wanted.js';
import type { Deps } from './deps.js';
import { openManager } from './reconcile.js';
import { openReleases } from './releases.js';
import { say } from './say.js';

export interface Dynos {
  /** Why dynos can't be managed now; undefined when they can. */
  trouble(): string | undefined;
  /** Stops managing within a few seconds. Dynos run on, and are found again at the next start. */
  stop(): Promise<void>;
}

const SWEEP_MS = 5_000;
const IMAGES_MS = 600_000;
const KEPT_RELEASES = 3;
const TIDY_AFTER_MS = 300;
/** Sweeps. */
const TIDY_EVERY = 4;
/** An app that runs out of memory again and again is told so as often as Heroku does. */
const R14_EVERY_MS = 20_000;

type Parts = Omit<Deps, 'network' | 'networkFailed' | 'spares' | 'caBundle'> & { redisUrl: string; spareNetworks: number };

/** Starts managing the dynos of this home. Docker needn't be there yet. */
export function startDynos(parts: Parts): Dynos {
  const { engine, homeId } = parts;
  const closing = new AbortController();
  let network: Promise<Network> | null = null;
  let trouble: string | undefined;

  const ensured = (): Promise<Network> => {
    network ??= ensureNetwork(engine, { homeId, kind: 'dynos' }).catch((error: Error) => {
      network = null;
      throw error;
    });
    return network;
  };
  // Someone may have removed it (`docker network prune`), or the host's firewall with it.
  function networkFailed(): void {
    network = null;
    tidySparesSoon();
  }
  const spares = openSpareNetworks({ engine, homeId, image: parts.runImage, size: parts.spareNetworks, network: ensured });
  const deps: Deps = { ...parts, caBundle: findCaBundle(), network: ensured, networkFailed, spares };
  const manager = openManager(deps);
  const releases = openReleases(deps, manager);

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

  async function sweepForEver(): Promise<void> {
    for (let round = 1; !closing.signal.aborted; round += 1) {
      await sweep();
      if (round % TIDY_EVERY === 0) tidySparesSoon();
      await pause(SWEEP_MS);
    }
  }

  async function tidySpares(): Promise<void> {
    // A dyno that lost its network can't be reached: it ends, and is started like any that has crashed.
    for (const containerId of await spares.tidy()) await killContainer(engine, containerId);
    await spares.refill();
  }

  let tidying: NodeJS.Timeout | undefined;
  function tidySparesSoon(): void {
    clearTimeout(tidying);
    const work = () =>
      void tidySpares().catch((error: Error) => {
        network = null;
        log('spare-networks-not-made', { error: error.message });
      });
    if (!closing.signal.aborted) tidying = setTimeout(work, TIDY_AFTER_MS);
  }

  async function sweepImagesForEver(): Promise<void> {
    for (;;) {
      await pause(IMAGES_MS);
      if (closing.signal.aborted) return;
      await removeUnused(deps).catch((error: Error) => log('images-not-removed', { error: error.message }));
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
  const lastTold = new Map<string, number>();

  function outOfMemory(dyno: { appId: string; name: string; dynoId: string }): void {
    const now = Date.now();
    if (now - (lastTold.get(dyno.dynoId) ?? 0) < R14_EVERY_MS) return;
    lastTold.set(dyno.dynoId, now);
    say(deps, dyno, R_CODES.R14);
  }

  void watchDynoEvents(engine, {
    homeId,
    signal: closing.signal,
    connected() {
      networkFailed();
      void sweep();
    },
    hear(event) {
      if (event.kind === 'unlink') return tidySparesSoon();
      if (event.kind === 'oom') return outOfMemory(event);
      lastTold.delete(event.dynoId);
      manager.reconcile(event.appId).catch(() => undefined);
    },
  });
  const unsubscribe = deps.bus.subscribe('dynos-restart', ({ appId }) => void manager.reconcile(appId).catch(() => undefined));
  unsubscribe.catch(() => undefined);
  const workers = [
    workJobs({ url: parts.redisUrl, concurrency: 20 }, 'release', ({ releaseId }) => releases.carryOut(releaseId)),
    workJobs({ url: parts.redisUrl, concurrency: 20 }, 'reconcile', ({ appId }) => manager.reconcile(appId)),
  ];
  void sweepForEver();
  void sweepImagesForEver();

  return {
    trouble: () => trouble,
    async stop() {
      closing.abort();
      clearTimeout(tidying);
      releases.close();
      await Promise.race([Promise.all([spares.close(), manager.close(), ...workers.map((worker) => worker.close(1_000))]), sleep(2_500)]);
    },
  };
}

async function removeUnused(deps: Deps): Promise<void> {
  const kept = await recentDigests(deps.store, KEPT_RELEASES);
  const removed = await removeSlugImages(deps.engine, { homeId: deps.homeId, keeps: (digest) => kept.has(digest) });
  if (removed > 0) log('images-removed', { images: removed });
}
