// Slug + config vars become the next release in the ledger; a job carries it out.
import { PlatformError } from '../../model/errors.js';
import type { Release } from '../../model/release.js';
import { totalSize, type Slug } from '../../model/build/slug.js';
import type { User } from '../../model/user.js';
import { releaseBuild } from '../../store/build/builds.js';
import { findApp, lockApp, updateApp } from '../../store/app/apps.js';
import { ensureFormation, listFormation } from '../../store/app/formations.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { holdSlug } from '../../store/build/slugs.js';
import type { Context } from '../context.js';
import { holdQuota, type Quota } from '../people/hold-quota.js';
import { addRelease } from './add-release.js';
import { tellRelease } from './tell-release.js';

interface NewRelease {
  appId: string;
  user: User;
  slugId: string;
  /** `Deploy a1b2c3d4` */
  description: string;
  /** The build that made the slug, when it was one of ours. */
  buildId?: string;
}

/**
 * Releases a slug with the app's config vars as they are now. Throws `not_found` when app or slug are gone, `conflict` when the
 * build has ended.
 */
export async function createRelease(ctx: Context, o: NewRelease): Promise<Release> {
  const app = await findApp(ctx.store, o.appId);
  if (!app) throw new PlatformError('not_found', "Couldn't find that app.");
  const { release, scaled } = await inTransaction(ctx.store, async (store) => {
    const quota = await holdQuota(store, ctx.quotas, 'dynos', app.ownerId);
    if (!(await lockApp(store, o.appId))) throw new PlatformError('not_found', "Couldn't find that app.");
    const slug = await holdSlug(store, o.slugId);
    if (!slug) throw new PlatformError('not_found', "Couldn't find that slug.");
    const made = await addRelease(store, { appId: o.appId, userId: o.user.id, description: o.description, slug });
    // From here on nobody can cancel the build, and if its builder dies it has succeeded.
    if (o.buildId !== undefined && !(await releaseBuild(store, o.buildId, { slugId: slug.id, releaseId: made.id })))
      throw new PlatformError('conflict', 'The build was cancelled.');
    await updateApp(store, o.appId, {
      stack: slug.stack,
      slugSize: totalSize(slug),
      buildpackProvidedDescription: slug.buildpackProvidedDescription,
    });
    return { release: made, scaled: await addToFormation(store, o.appId, { slug, quota, size: ctx.sizes.default.name }) };
  });
  await tellRelease(ctx, release, { email: o.user.email, more: scaled ? [`Scaled to ${scaled}`] : [] });
  return release;
}

/** New process types enter the formation: `web` with one dyno on the first deploy, if its owner may have one more; others with none. */
async function addToFormation(store: Store, appId: string, o: { slug: Slug; quota: Quota; size: string }): Promise<string> {
  const { slug, quota, size } = o;
  const types = Object.keys(slug.processTypes)
    .filter((type) => type !== 'release')
    .sort();
  const present = await listFormation(store, appId);
  const isNewWeb = types.includes('web') && !present.some(({ type }) => type === 'web');
  const web = isNewWeb && (await quota.left()) >= 1 ? 1 : 0;
  for (const type of types) {
    await ensureFormation(store, { appId, type, quantity: type === 'web' ? web : 0, size });
  }
  if (present.length > 0) return '';
  const scaled = types.map((type) => `${type}@${type === 'web' ? web : 0}:${size}`).join(' ');
  return isNewWeb && web === 0 ? `${scaled} (no more dynos are left for this owner)` : scaled;
}
