// Sees that add-ons of ours keep within the disk of their plan, by looking: one that is full takes no more, one that goes on all the
// same is closed. Both are said in the logs of its apps, and end with a larger plan, or with fewer data.
import { listServices } from '../../docker/service/service-container.js';
import { limit } from '../../lib/async/limit.js';
import { findAddon } from '../../store/addon/addons.js';
import { findPlan } from '../../store/addon/services.js';
import { describeDisk, isInForce, nextLookMs, toldBefore, verdictOf, type DiskVerdict } from '../disk.js';
import { keepDoing } from '../../lib/async/keep-doing.js';
import type { KeepParts } from './keep-running.js';
import type { Offer } from '../offer.js';
import { findServicePlan } from '../plan.js';
import { sayToApps } from '../say-to-apps.js';

const TURN_MS = 5_000;
const LOOKS_AT_ONCE = 4;

/** Begins; the returned function stops it. */
export function keepWithinDisk(parts: KeepParts, offers: readonly Offer[]): () => void {
  const atOnce = limit(LOOKS_AT_ONCE);
  const looks = new Map<string, { verdict: DiskVerdict; notBefore: number }>();

  async function lookAtAll(): Promise<void> {
    const running = (await listServices(parts.engine, parts.homeId)).filter(({ isRunning }) => isRunning);
    const due = running.filter(({ addonId }) => (looks.get(addonId)?.notBefore ?? 0) <= performance.now());
    const ends = await Promise.allSettled(due.map(({ addonId }) => atOnce(() => look(addonId))));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async function look(addonId: string): Promise<void> {
    const addon = await findAddon(parts.store, addonId);
    if (addon?.state !== 'provisioned') return;
    const planName = (await findPlan(parts.store, addon.planId))?.name;
    const offer = offers.find(({ kind }) => planName?.startsWith(`${kind.service}:`));
    const plan = offer && findServicePlan(offer.kind.plans, planName ?? '');
    if (!plan) return;
    const use = await offer.readDisk(addonId);
    if (!use) return void looks.set(addonId, { verdict: 'fine', notBefore: Infinity });
    const { usedMb } = use;
    const verdict = verdictOf(usedMb, plan.diskMb);
    const before = looks.get(addonId)?.verdict ?? toldBefore(use);
    if (!isInForce(verdict, before, use)) await parts.turns(addonId, () => offer.limit(addonId, { plan, verdict }));
    looks.set(addonId, { verdict, notBefore: performance.now() + nextLookMs(usedMb, plan.diskMb) });
    if (verdict === before) return;
    await sayToApps(parts, offer.kind, addon, describeDisk(verdict, { usedMb, limitMb: plan.diskMb }));
  }

  return keepDoing('keep add-ons within their disk', TURN_MS, lookAtAll);
}
