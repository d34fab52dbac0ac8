// Rolling back is a new release: an older slug, with the config vars that people had set and the add-ons that were attached. What
// these bring is as it is now: an old address of theirs would lead nowhere. What was attached since stays, with what it brings.
// What can't be brought back is named.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import type { Release } from '../../model/release.js';
import { totalSize } from '../../model/build/slug.js';
import type { User } from '../../model/user.js';
import { rolledBack } from '../../model/addon/owned-vars.js';
import { lockApp, updateApp } from '../../store/app/apps.js';
import { readOwnedVars, writeOwnedVars } from '../../store/app/config-vars.js';
import { inTransaction } from '../../store/open-store.js';
import { releaseOwnedVars } from '../../store/app/releases.js';
import { holdSlug } from '../../store/build/slugs.js';
import type { Context } from '../context.js';
import { restoreAttachments } from '../addon/restore-attachments.js';
import { addRelease } from './add-release.js';
import { tellRelease } from './tell-release.js';

/** Releases what `target` released. Throws `invalid_params` for one that failed, is unfinished or had no slug. */
export async function rollBack(ctx: Context, app: App, user: User, target: Release): Promise<Release> {
  if (target.status !== 'succeeded') {
    throw new PlatformError(
      'invalid_params',
      `Cannot roll back to v${target.version}: its status is ${target.status}. Choose one that succeeded.`,
    );
  }
  const slugId = target.slugId;
  if (!slugId) throw new PlatformError('invalid_params', `Cannot roll back to v${target.version}: nothing had been deployed then.`);
  const release = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const slug = await holdSlug(store, slugId);
    if (!slug) throw new PlatformError('invalid_params', `Cannot roll back to v${target.version}: its slug is no longer kept.`);
    const config = rolledBack(await readOwnedVars(store, app.id), await releaseOwnedVars(store, target.id));
    await writeOwnedVars(store, app.id, config.owned);
    const lost = await restoreAttachments(store, app.id, target.attachments);
    await updateApp(store, app.id, { stack: slug.stack, slugSize: totalSize(slug) });
    const missing = [...lost.map(({ name, addonName }) => `${name} (@ref:${addonName})`), ...config.lost];
    const without = missing.length > 0 ? `, without ${missing.join(', ')}` : '';
    return addRelease(store, { appId: app.id, userId: user.id, description: `Rollback to v${target.version}${without}`, slug });
  });
  await tellRelease(ctx, release, user);
  return release;
}
