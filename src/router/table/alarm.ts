// Wakes apps that sleep: in the store, which remembers it, and by a message, which is quick. Told again while a request waits.
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { Bus } from '../../bus/open-bus.js';
import { wakeDynos } from '../../store/app/idle-dynos.js';
import type { Store } from '../../store/open-store.js';
import type { Route } from './route-table.js';

const AGAIN_MS = 1_000;

interface Parts {
  store: Store;
  bus: Bus;
  findApp(appId: string): Route | undefined;
  /** Reads its route again. */
  refresh(appId: string): Promise<void>;
  isAwaited(appId: string): boolean;
}

export interface Alarm {
  /** Wakes it; while that is under way, nothing. */
  ring(appId: string): void;
}

export function openAlarm(o: Parts): Alarm {
  const ringing = new Set<string>();

  async function keepRinging(appId: string): Promise<void> {
    do {
      await tell(appId).catch((error: Error) => log('not-woken', { app: appId, error: error.message }));
      await sleep(AGAIN_MS, undefined, { ref: false });
    } while (o.isAwaited(appId) && o.findApp(appId)?.decision.kind === 'wake');
  }

  async function tell(appId: string): Promise<void> {
    const asleep = await within(AGAIN_MS, wakeDynos(o.store, appId, new Date()), storeIsLate);
    // Somebody else has woken it.
    if (asleep === 0) return o.refresh(appId);
    await within(AGAIN_MS, o.bus.publish('app-wake', { appId }));
  }

  return {
    ring(appId) {
      if (ringing.has(appId)) return;
      ringing.add(appId);
      void keepRinging(appId).finally(() => ringing.delete(appId));
    },
  };
}

function storeIsLate(): never {
  throw new Error('PostgreSQL did not answer in time');
}
