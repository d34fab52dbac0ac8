import type { Store } from '../store/open-store.js';
import { presentRelease } from '../store/app/releases.js';
import { findSlug } from '../store/build/slugs.js';

/** The process types of what runs, or is about to: the newest release that hasn't failed. */
export async function currentProcessTypes(store: Store, appId: string): Promise<Record<string, string>> {
  const present = await presentRelease(store, appId);
  const slug = present?.slugId ? await findSlug(store, present.slugId) : undefined;
  return slug?.processTypes ?? {};
}
