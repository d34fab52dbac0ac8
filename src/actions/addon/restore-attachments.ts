// A rollback brings back which add-ons an app had. What isn't attached any more is attached again, while the add-on is there and
// of the same owner as the app, and its name is free. What was attached since stays: as on Heroku, no rollback takes a database away.
import { PlatformError } from '../../model/errors.js';
import type { ReleasedAttachment } from '../../model/release.js';
import { deleteAttachment, insertAttachment, listAttachments } from '../../store/addon/attachments.js';
import { lockAddon } from '../../store/addon/addons.js';
import { configOfAttachment, hasCredential } from '../../store/addon/credentials.js';
import { findService } from '../../store/addon/services.js';
import type { Store } from '../../store/open-store.js';
import { bringVars } from './attached-apps.js';
import { isOfSameOwner } from './is-of-same-owner.js';

/**
 * Returns those that can't be had: their add-on is gone or another's since, or what they would bring is brought by others. To be
 * called with the app's row locked, and the config vars of people in their place.
 */
export async function restoreAttachments(
  store: Store,
  appId: string,
  wanted: readonly ReleasedAttachment[],
): Promise<ReleasedAttachment[]> {
  const present = new Map((await listAttachments(store, { appId })).map((each) => [each.name, each]));
  const lost: ReleasedAttachment[] = [];
  for (const each of wanted) {
    const holder = present.get(each.name);
    if (holder?.addonId === each.addonId && holder.namespace === (each.namespace ?? null)) continue;
    if (holder || !(await attachAgain(store, appId, each))) lost.push(each);
  }
  return lost;
}

async function attachAgain(store: Store, appId: string, { addonId, name, namespace = null }: ReleasedAttachment): Promise<boolean> {
  const addon = await lockAddon(store, addonId);
  // One of the two apps may have been transferred since.
  if (addon?.state !== 'provisioned' || !(await isOfSameOwner(store, appId, addon))) return false;
  if (!(await hasCredential(store, addonId, namespace))) return false;
  const service = await findService(store, addon.serviceId);
  const attachment = service && (await insertAttachment(store, { appId, addonId, name, namespace }));
  if (!attachment) return false;
  try {
    await bringVars(store, attachment, { prefix: service.manifest.prefix, config: await configOfAttachment(store, attachment) });
    return true;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    await deleteAttachment(store, attachment.id);
    return false;
  }
}
