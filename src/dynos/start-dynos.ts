// The dyno manager as a whole: what makes it look, and how it ends.
import { limit } from '../lib/async/limit.js';
import { pause } from '../lib/async/clock.js';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import { workJobs } from '../queue/open-queue.js';
import { keepMetrics } from '../store/keep-metrics.js';
import type { Deps } from './deps.js';
import type { News } from './driver.js';
import { openFailures } from './failures.js';
import { openDiskWatch } from './life/disk.js';
import { tellGoneSizes } from './life/gone-sizes.js';
import { openHeldUp } from './life/held-up.js';
import { openMetricsLog } from './life/log-metrics.js';
import { openMemoryTeller } from './life/out-of-memory.js';
import type { OneOffs } from './one-offs.js';
import { openDynoMeter } from './readings/dyno-meter.js';
import { openNodeReadings, type DynoReading } from './readings/read-node.js';
import { openReconciler } from './reconcile.js';
import { openReleases } from './release/releases.js';

export interface Dynos {
  /** Why dynos can't be managed now; undefined when they can. */
  trouble(): string | undefined;
  /** Stops managing within a few seconds. Dynos run on, and are found again at the next start. */
  stop(): Promise<void>;
}

const SWEEP_MS = 5_000;
const TIDY_MS = 600_000;
const JOBS_AT_ONCE = 20;
const HELD_UP_MS = 1_000;
const READ_MS = 10_000;
const DISK_MS = 5_000;
const STOP_WITHIN_MS = 2_500;

type Parts = Omit<Deps, 'failures' | 'launching' | 'cycle'> & {
  redisUrl: string;
  /** How long a dyno runs before another takes its place; 0 lets them run on. */
  cycleAfterMs: number;
  /** Where what runs the dynos runs no one-off ones, null. */
  oneOffs: OneOffs | null;
};

/** Starts managing the dynos of this home. What runs them needn't be there yet; it is closed with the rest. */
export function startDynos(parts: Parts): Dynos {
  const closing = new AbortController();
  const { driver, clock, oneOffs } = parts;
  let since = clock.now();
  const cycle = () => ({ periodMs: parts.cycleAfterMs, since });
  const deps: Deps = { ...parts, failures: openFailures(), launching: limit(driver.startsAtOnce), cycle };
  const reconciler = openReconciler(deps);
  const releases = openReleases(deps, reconciler);
  const memory = openMemoryTeller(deps);
  const readings = openNodeReadings(deps);
  const logMetrics = openMetricsLog(deps);
  const disks = openDiskWatch(deps);
  const meter = openDynoMeter();
  const metrics = keepMetrics(deps.store, meter, clock);
  const heldUp = openHeldUp(deps, reconciler.giveUp);
  let areSizesTold = false;
  let trouble: string | undefined;

  /** Whatever makes us look, a look that fails is made good by the next sweep. */
  const reconcile = (appId: string) => void reconciler.reconcile(appId).catch(() => undefined);

  async function sweep(): Promise<void> {
    try {
      await reconciler.sweep();
      await releases.catchUp();
      await oneOffs?.look();
      if (!areSizesTold) await tellGoneSizes(deps);
      areSizesTold = true;
      if (trouble) {
        since = clock.now();
        log('dynos-managed-again');
      }
      trouble = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      if (trouble !== reason) log('dynos-not-managed', { reason });
      trouble = reason;
    }
  }

  /** Does it now, and every so often until all is closed. What fails is done again at its next time. */
  async function keep(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    for (; !closing.signal.aborted; await pause(clock, everyMs, closing.signal)) await work().catch(() => undefined);
  }

  async function keepTidy(): Promise<void> {
    while (!closing.signal.aborted) {
      await pause(clock, TIDY_MS, closing.signal);
      if (closing.signal.aborted) return;
      await driver.removeUnused().catch((error: Error) => log('images-not-removed', { error: error.message }));
    }
  }

  /** What dynos use, for whoever judges or keeps it. */
  async function hear(found: DynoReading[]): Promise<void> {
    memory.look(found);
    meter.add(found);
    await logMetrics(found);
  }

  const news: News = {
    connected: () => void sweep(),
    outOfMemory: ({ dynoId }) => void memory.outOfMemory(dynoId).catch(() => undefined),
    ended({ dynoId, appId }) {
      memory.forget(dynoId);
      reconcile(appId);
    },
  };
  driver.watch(news, closing.signal);
  deps.bus.subscribe('build-started', ({ appId }) => void driver.ahead.prepare(appId)).catch(() => undefined);
  deps.bus.subscribe('app-created', ({ appId }) => void driver.ahead.welcome(appId)).catch(() => undefined);
  deps.bus.subscribe('app-wake', ({ appId }) => reconcile(appId)).catch(() => undefined);
  deps.bus.subscribe('dynos-restart', ({ appId }) => reconcile(appId)).catch(() => undefined);
  const jobs = { url: parts.redisUrl, concurrency: JOBS_AT_ONCE };
  const workers = [
    workJobs(jobs, 'release', ({ releaseId }) => releases.inTurn(releaseId)),
    workJobs(jobs, 'reconcile', ({ appId }) => reconciler.reconcile(appId)),
  ];
  void keep(SWEEP_MS, sweep);
  void keepTidy();
  void keep(HELD_UP_MS, () => heldUp.look(driver.trouble()));
  void keep(READ_MS, () => readings.read().then(hear));
  void keep(DISK_MS, disks.look);

  return {
    trouble: () => driver.trouble() ?? trouble,
    async stop() {
      closing.abort();
      releases.close();
      const closed = [
        metrics.stop(),
        oneOffs?.close(),
        driver.close(),
        reconciler.close(),
        ...workers.map((worker) => worker.close(1_000)),
      ];
      await within(STOP_WITHIN_MS, Promise.all(closed));
    },
  };
}
