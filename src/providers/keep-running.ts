// Keeps add-ons of ours running: what has ended is started again, whoever ended it, and said in the logs of the apps that have it.
import { listServices, readServiceExit } from '../docker/service/service-container.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { Engine } from '../docker/engine.js';
import { log } from '../lib/log.js';
import { findAddon, listAddons } from '../store/addon/addons.js';
import { findPlan, findService } from '../store/addon/services.js';
import type { Store } from '../store/open-store.js';
import { keepDoing } from './keep-doing.js';
import type { Offer } from './offer.js';
import { defaultPlan, findServicePlan } from './plan.js';
import { sayToApps } from './say-to-apps.js';
import type { Turns } from './turns.js';

export interface KeepParts {
  engine: Engine;
  store: Store;
  lines: LineWriter;
  homeId: string;
  turns: Turns;
}

const LOOK_MS = 2_000;
/** One that doesn't stay up is tried more and more seldom. */
const LONGEST_PAUSE_MS = 60_000;

/** Begins; the returned function stops it. */
export function keepRunning(parts: KeepParts, offers: readonly Offer[]): () => void {
  const { engine, store, homeId, turns } = parts;
  const troubles = new Map<string, { tries: number; notBefore: number; hasFailed: boolean }>();
  const underWay = new Set<string>();

  async function look(): Promise<void> {
    const running = new Set((await listServices(engine, homeId)).filter(({ isRunning }) => isRunning).map(({ addonId }) => addonId));
    const addons = (await listAddons(store)).filter(({ state }) => state === 'provisioned');
    for (const offer of offers) {
      const service = await findService(store, offer.kind.service);
      const down = addons.filter(({ id, serviceId }) => serviceId === service?.id && !running.has(id) && isDue(id));
      for (const { id } of down) void revive(offer, id);
    }
  }

  function isDue(id: string): boolean {
    return !underWay.has(id) && (troubles.get(id)?.notBefore ?? 0) <= Date.now();
  }

  async function revive(offer: Offer, id: string): Promise<void> {
    const tries = (troubles.get(id)?.tries ?? 0) + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** Math.min(tries, 10));
    const isTold = troubles.get(id)?.hasFailed ?? false;
    let hasFailed = false;
    underWay.add(id);
    try {
      const isUp = await turns(id, () => startAgain(parts, offer, id, isTold));
      // One that ends soon again has not come up for good.
      if (isUp) setTimeout(() => troubles.delete(id), LONGEST_PAUSE_MS).unref();
    } catch (error) {
      hasFailed = true;
      log('addon-not-up', { addon: id, tries, error: (error as Error).message });
    } finally {
      troubles.set(id, { tries, notBefore: Date.now() + (tries === 1 ? 0 : pauseMs), hasFailed });
      underWay.delete(id);
    }
  }

  return keepDoing('keep add-ons running', LOOK_MS, look);
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
