// The newest release that may run, appended once more with other config vars.
import type { ConfigVars } from '../../model/config-vars.js';
import type { Release } from '../../model/release.js';
import type { Store } from '../../store/open-store.js';
import { appendRelease, presentRelease } from '../../store/app/releases.js';
import { holdSlug } from '../../store/build/slugs.js';

/** Appends a pending release of the app's present slug. To be called with the app's row locked. */
export async function releaseAgain(
  store: Store,
  o: { appId: string; userId: string; description: string; configVars: ConfigVars },
): Promise<Release> {
  const present = await presentRelease(store, o.appId);
  const slug = present?.slugId ? await holdSlug(store, present.slugId) : undefined;
  return appendRelease(store, {
    ...o,
    status: 'pending',
    slugId: slug?.id ?? null,
    hasOutput: slug !== undefined && 'release' in slug.processTypes,
  });
}
