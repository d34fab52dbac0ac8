import type { Addon } from '../../model/addon/addon.js';
import { findApp } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';

/** Whether an add-on belongs to that app, or to another app of its owner. */
export async function isOfSameOwner(store: Store, appId: string, addon: Pick<Addon, 'appId'>): Promise<boolean> {
  if (addon.appId === appId) return true;
  const [app, billed] = [await findApp(store, appId), addon.appId === null ? undefined : await findApp(store, addon.appId)];
  return app !== undefined && app.ownerId === billed?.ownerId;
}
