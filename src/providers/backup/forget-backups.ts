// Removes backups that their plan doesn't keep, and the content of those that are gone.
import { expired, RETENTION } from '../../model/backup/retention.js';
import { listAddons } from '../../store/addon/addons.js';
import { findPlan, findService } from '../../store/addon/services.js';
import { deleteTransfer, forgetGone, listGone, listTransfersOfAddon } from '../../store/backup/transfers.js';
import type { Offer } from '../offer.js';
import { defaultPlan, findServicePlan, type ServicePlan } from '../plan.js';
import type { BackupParts } from './transfer-work.js';

export async function forgetExpired(parts: BackupParts, { kind }: Offer, now: Date): Promise<void> {
  const service = await findService(parts.store, kind.service);
  for (const addon of await listAddons(parts.store)) {
    if (addon.serviceId !== service?.id) continue;
    const name = (await findPlan(parts.store, addon.planId))?.name ?? '';
    await forgetExpiredOf(parts, { addonId: addon.id, plan: findServicePlan(kind.plans, name) ?? defaultPlan(kind.plans) }, now);
  }
}

export async function forgetExpiredOf(
  { store }: BackupParts,
  { addonId, plan }: { addonId: string; plan: ServicePlan },
  now: Date,
): Promise<void> {
  for (const id of expired(await listTransfersOfAddon(store, addonId), plan.backups ?? RETENTION, now)) await deleteTransfer(store, id);
}

/** The content of backups whose rows went, with their apps or by themselves. What the database doesn't name stays. */
export async function removeGone({ store, backups }: BackupParts): Promise<void> {
  for (const id of await listGone(store)) {
    await backups.files.remove(id);
    await forgetGone(store, id);
  }
}
