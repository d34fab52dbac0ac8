// A slug is kept where its app's owner has room for it.
import { findApp } from '../../store/app/apps.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { completeSlug, insertSlug } from '../../store/build/slugs.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';

type Parts = Pick<Context, 'store' | 'quotas'>;

/** Keeps what a build has made. Throws `invalid_params` when its owner has no room for it. */
export function keepSlug(ctx: Parts, slug: Parameters<typeof insertSlug>[1]) {
  return withinRoom(ctx, slug.appId, (store) => insertSlug(store, slug));
}

/** Keeps what was uploaded for a slug that is described already. Throws `invalid_params` when its owner has no room for it. */
export function keepUpload(ctx: Parts, slug: { id: string; appId: string | null }, archive: Parameters<typeof completeSlug>[2]) {
  return withinRoom(ctx, slug.appId, (store) => completeSlug(store, slug.id, archive));
}

async function withinRoom<T>({ store, quotas }: Parts, appId: string | null, keep: (store: Store) => Promise<T>): Promise<T> {
  const app = appId === null ? undefined : await findApp(store, appId);
  return inTransaction(store, async (within) => {
    const quota = app && (await holdQuota(within, quotas, 'slugsMb', app.ownerId));
    const kept = await keep(within);
    // Afterwards: layers that other slugs rest on, too, count once.
    await quota?.check(0);
    return kept;
  });
}
