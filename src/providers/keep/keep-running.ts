// Keeps add-ons of ours running: what has ended is started again, whoever ended it, and said in the logs of the apps that have it.
import { listServices, readServiceExit } from '../../docker/service/service-container.js';
import type { LineWriter } from '../../bus/line-writer.js';
import type { Engine } from '../../docker/engine.js';
import { log } from '../../lib/log.js';
import { findAddon, listAddons } from '../../store/addon/addons.js';
import { findPlan, findService } from '../../store/addon/services.js';
import type { Store } from '../../store/open-store.js';
import { keepDoing } from './keep-doing.js';
import type { Offer } from '../offer.js';
import { defaultPlan, findServicePlan } from '../plan.js';
import { sayToApps } from '../say-to-apps.js';
import { isDue, LOOK_MS, oneMore, type Tries } from './tries.js';
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

  async function look(): Promise<void> {
    const running = new Set((await listServices(engine, homeId)).filter(({ isRunning }) => isRunning).map(({ addonId }) => addonId));
    const addons = (await listAddons(store)).filter(({ state }) => state === 'provisioned');
    for (const offer of offers) {
      const service = await findService(store, offer.kind.service);
      const isDown = (id: string) => !running.has(id) && !underWay.has(id) && isDue(tries.get(id), performance.now());
      const down = addons.filter(({ id, serviceId }) => serviceId === service?.id && isDown(id));
      for (const { id } of down) void revive(offer, id);
    }
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
