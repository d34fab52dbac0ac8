// A rollback brings back which add-ons an app had. What isn't attached any more is attached again, while the add-on is there and
// of the same owner as the app; what was attached since is taken off, and stays what it is.
import type { Addon, Attachment } from '../../model/addon/addon.js';
import type { ReleasedAttachment } from '../../model/release.js';
import { deleteAttachment, insertAttachment, listAttachments } from '../../store/addon/attachments.js';
import { findAddon, lockAddon } from '../../store/addon/addons.js';
import { configOfAttachment, hasCredential } from '../../store/addon/credentials.js';
import { findApp } from '../../store/app/apps.js';
import { findService } from '../../store/addon/services.js';
import type { Store } from '../../store/open-store.js';
import { bringVars } from './attached-apps.js';

/** Returns those whose add-on is gone, or another's since. To be called with the app's row locked; `bringAll` brings their config vars. */
export async function restoreAttachments(
  store: Store,
  appId: string,
  wanted: readonly ReleasedAttachment[],
): Promise<ReleasedAttachment[]> {
  const present = await listAttachments(store, { appId });
  const isSame = (one: ReleasedAttachment | Attachment, other: ReleasedAttachment | Attachment) =>
    one.addonId === other.addonId && one.name === other.name && (one.namespace ?? null) === (other.namespace ?? null);
  const isWanted = (each: Attachment) => wanted.some((one) => isSame(one, each));
  for (const each of present) if (!isWanted(each)) await deleteAttachment(store, each.id);
  const lost: ReleasedAttachment[] = [];
  for (const each of wanted) {
    if (present.some((one) => isSame(one, each))) continue;
    const addon = await lockAddon(store, each.addonId);
    const isThere = addon?.state === 'provisioned' && (await isOfSameOwner(store, appId, addon));
    const isComplete = isThere && (await hasCredential(store, each.addonId, each.namespace ?? null));
    if (isComplete) await insertAttachment(store, { appId, addonId: each.addonId, name: each.name, namespace: each.namespace ?? null });
    else lost.push(each);
  }
  return lost;
}

/** One of the two apps may have been transferred since. */
async function isOfSameOwner(store: Store, appId: string, addon: Addon): Promise<boolean> {
  if (addon.appId === appId) return true;
  const [app, billed] = [await findApp(store, appId), addon.appId === null ? undefined : await findApp(store, addon.appId)];
  return app !== undefined && app.ownerId === billed?.ownerId;
}

/** Brings what all attachments of an app bring. */
export async function bringAll(store: Store, appId: string): Promise<void> {
  for (const attachment of await listAttachments(store, { appId })) {
    const addon = await findAddon(store, attachment.addonId);
    const service = addon && (await findService(store, addon.serviceId));
    if (!addon || !service) continue;
    await bringVars(store, attachment, { prefix: service.manifest.prefix, config: await configOfAttachment(store, attachment) });
  }
}
