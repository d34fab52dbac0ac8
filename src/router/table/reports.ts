// Tells the store every few seconds which apps that sleep were asked for: one statement for all of them, none where no app sleeps.
import { log } from '../../lib/log.js';
import { lostAfterMs, reportEveryMs } from '../../model/run/sleep.js';
import { forgetRouter, recordReport } from '../../store/app/activity.js';
import type { Store } from '../../store/open-store.js';
import type { Activity } from './activity.js';

interface Parts {
  store: Store;
  /** Our name, the same after a restart. */
  router: string;
  idleAfterMs: number;
  activity: Activity;
  /** Apps that sleep when nobody asks for them. */
  sleepers: () => string[];
}

export interface Reports {
  /** Tells once more, and goodbye unless another has taken our place. */
  stop(how: 'gone' | 'replaced'): Promise<void>;
}

/** Tells at once, since those who wait for our word may have waited long. What can't be told is told with what comes next. */
export function startReports(o: Parts): Reports {
  const everyMs = reportEveryMs(o.idleAfterMs);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let telling = tellAndGoOn();

  async function tell(): Promise<void> {
    const [seen, sleepers] = [o.activity.seen(), o.sleepers()];
    const apps = new Map(sleepers.flatMap((id) => (seen.has(id) ? [[id, seen.get(id)!]] : [])));
    if (sleepers.length > 0)
      await recordReport(o.store, { router: o.router, at: new Date(), apps, lostAfterMs: lostAfterMs(o.idleAfterMs) });
    o.activity.forget(seen);
  }

  async function tellAndGoOn(): Promise<void> {
    await tell().catch((error: Error) => log('activity-not-told', { error: error.message }));
    if (!isStopped) timer = setTimeout(() => (telling = tellAndGoOn()), everyMs).unref();
  }

  return {
    async stop(how) {
      isStopped = true;
      clearTimeout(timer);
      await telling;
      await tell().catch(() => undefined);
      if (how === 'gone') await forgetRouter(o.store, o.router).catch(() => undefined);
    },
  };
}
