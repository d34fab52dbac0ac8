// The one way into an app's ledger: what the app is now, a slug, config vars and attachments, becomes its next release.
import type { Slug } from '../../model/build/slug.js';
import type { Release } from '../../model/release.js';
import { releasedAttachments } from '../../store/addon/attachments.js';
import { readOwnedVars } from '../../store/app/config-vars.js';
import { appendRelease, presentRelease } from '../../store/app/releases.js';
import { holdSlug } from '../../store/build/slugs.js';
import type { Store } from '../../store/open-store.js';

interface Entry {
  appId: string;
  userId: string;
  /** `Deploy a1b2c3d4` */
  description: string;
  /** What it runs; absent, what runs now or is about to. */
  slug?: Slug | null;
  /** `succeeded` needs no job: of an app that has nothing to run yet. */
  status?: 'pending' | 'succeeded';
  /** False: its release command doesn't run. */
  runsCommand?: boolean;
}

/**
 * Appends a release, with the app's config vars as they are now. To be called with the app's row locked, after whatever it is that
 * changed; and to be told with `tellRelease` when the transaction is over.
 */
export async function addRelease(store: Store, { appId, userId, description, status = 'pending', ...o }: Entry): Promise<Release> {
  const slug = o.slug === undefined ? await heldSlug(store, await presentRelease(store, appId)) : o.slug;
  return appendRelease(store, {
    appId,
    userId,
    description,
    status,
    slugId: slug?.id ?? null,
    hasOutput: o.runsCommand !== false && slug !== null && 'release' in slug.processTypes,
    configVars: await readOwnedVars(store, appId),
    attachments: await releasedAttachments(store, appId),
  });
}

async function heldSlug(store: Store, release: Release | undefined): Promise<Slug | null> {
  return (release?.slugId ? await holdSlug(store, release.slugId) : undefined) ?? null;
}
