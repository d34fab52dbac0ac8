// Keeps add-ons of ours running: what has ended is started again, whoever ended it, and said in the logs of the apps that have it.
import { hearServiceEnds } from '../../docker/service/hear-service-ends.js';
import { listServices, readServiceExit } from '../../docker/service/service-container.js';
import type { LineWriter } from '../../bus/line-writer.js';
import type { Engine } from '../../docker/engine.js';
import { makeWake } from '../../lib/async/wake.js';
import { log } from '../../lib/log.js';
import { findAddon, listAddons } from '../../store/addon/addons.js';
import { findPlan, findService } from '../../store/addon/services.js';
import type { Store } from '../../store/open-store.js';
import { keepDoing } from '../../lib/async/keep-doing.js';
import type { Offer } from '../offer.js';
import { defaultPlan, findServicePlan } from '../plan.js';
import { sayToApps } from '../say-to-apps.js';
import { isDue, LOOK_MS, oneMore, QUIET_LOOK_MS, type Tries } from './tries.js';
import type { Turns } from '../turns.js';

export interface KeepParts {
  engine: Engine;
  store: Store;
  lines: LineWriter;
  homeId: string;
  turns: Turns;
}

/** Begins; the returned function stops it. */
export function keepRunning(parts: KeepParts, offers: readonly Offer[]): () => void {
  const { engine, store, homeId, turns } = parts;
  const tries = new Map<string, Tries>();
  const underWay = new Set<string>();
  const wake = makeWake();
  const stopping = new AbortController();

  /** Returns when to look again: what is down may not be due yet. */
  async function look(): Promise<number> {
    const running = new Set((await listServices(engine, homeId)).filter(({ isRunning }) => isRunning).map(({ addonId }) => addonId));
    const addons = (await listAddons(store)).filter(({ state }) => state === 'provisioned');
    let pauseMs = QUIET_LOOK_MS;
    for (const offer of offers) {
      const service = await findService(store, offer.kind.service);
      const down = addons.filter(({ id, serviceId }) => serviceId === service?.id && !running.has(id));
      if (down.length > 0) pauseMs = LOOK_MS;
      const isDueNow = (id: string) => !underWay.has(id) && isDue(tries.get(id), performance.now());
      for (const { id } of down) if (isDueNow(id)) void revive(offer, id);
    }
    return pauseMs;
  }

  async function revive(offer: Offer, id: string): Promise<void> {
    const before = tries.get(id);
    const began = performance.now();
    const note = (isUp: boolean) => tries.set(id, oneMore(before, { began, ended: performance.now(), isUp }));
    underWay.add(id);
    try {
      if (await turns(id, () => startAgain(parts, offer, id, before?.upSince === null))) note(true);
    } catch (error) {
      note(false);
      log('addon-not-up', { addon: id, tries: tries.get(id)?.count, error: (error as Error).message });
    } finally {
      underWay.delete(id);
    }
  }

  hearServiceEnds({ engine, homeId, signal: stopping.signal }, wake.ring);
  const stop = keepDoing('keep add-ons running', LOOK_MS, look, wake);
  return () => {
    stopping.abort();
    stop();
  };
}

/** False where it needn't be, any more. */
async function startAgain(parts: KeepParts, offer: Offer, id: string, isTold: boolean): Promise<boolean> {
  const { store, engine, homeId } = parts;
  const addon = await findAddon(store, id);
  if (addon?.state !== 'provisioned') return false;
  // Whoever had the turn before may have changed it, or have it running.
  const isRunning = (await listServices(engine, homeId)).some((each) => each.addonId === id && each.isRunning);
  if (isRunning) return false;
  const { plans } = offer.kind;
  // One that the operator has taken out of the table has the default.
  const plan = findServicePlan(plans, (await findPlan(store, addon.wantedPlanId ?? addon.planId))?.name ?? '') ?? defaultPlan(plans);
  const exit = await readServiceExit(engine, id);
  if (exit && !isTold) await sayToApps(parts, offer.kind, addon, `stopped ${reasonOf(exit)}; it is started again`);
  await offer.bringUp(id, plan);
  await sayToApps(parts, offer.kind, addon, 'is up again');
  return true;
}

function reasonOf({ status, outOfMemory }: { status: number; outOfMemory: boolean }): string {
  return outOfMemory ? 'for want of memory' : `with status ${status}`;
}
