// A rollback brings back which add-ons an app had. What isn't attached any more is attached again, while the add-on is there; what was
// attached since is taken off, and stays what it is.
import type { ReleasedAttachment } from '../../model/release.js';
import { deleteAttachment, insertAttachment, listAttachments } from '../../store/addon/attachments.js';
import { findAddon, lockAddon, readAddonConfig } from '../../store/addon/addons.js';
import { findService } from '../../store/addon/services.js';
import type { Store } from '../../store/open-store.js';
import { bringVars } from './attached-apps.js';

/** Returns those whose add-on is gone. To be called with the app's row locked; their config vars are brought by `bringAll`. */
export async function restoreAttachments(
  store: Store,
  appId: string,
  wanted: readonly ReleasedAttachment[],
): Promise<ReleasedAttachment[]> {
  const present = await listAttachments(store, { appId });
  const isWanted = (each: { addonId: string; name: string }) =>
    wanted.some(({ addonId, name }) => addonId === each.addonId && name === each.name);
  for (const each of present) if (!isWanted(each)) await deleteAttachment(store, each.id);
  const lost: ReleasedAttachment[] = [];
  for (const each of wanted) {
    if (present.some(({ addonId, name }) => addonId === each.addonId && name === each.name)) continue;
    const addon = await lockAddon(store, each.addonId);
    if (addon?.state === 'provisioned') await insertAttachment(store, { appId, addonId: each.addonId, name: each.name });
    else lost.push(each);
  }
  return lost;
}

/** Brings what all attachments of an app bring. */
export async function bringAll(store: Store, appId: string): Promise<void> {
  for (const attachment of await listAttachments(store, { appId })) {
    const addon = await findAddon(store, attachment.addonId);
    const service = addon && (await findService(store, addon.serviceId));
    if (!addon || !service) continue;
    await bringVars(store, attachment, { prefix: service.manifest.prefix, config: await readAddonConfig(store, addon.id) });
  }
}
