// Rolling back is a new release: an older slug with the config vars it had.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { Release } from '../../model/release.js';
import { totalSize } from '../../model/build/slug.js';
import type { User } from '../../model/user.js';
import { lockApp, updateApp, writeConfigVars } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import { appendRelease, releaseConfigVars } from '../../store/app/releases.js';
import { holdSlug } from '../../store/build/slugs.js';
import type { Context } from '../context.js';

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
    const configVars = await releaseConfigVars(store, target.id);
    await writeConfigVars(store, app.id, configVars);
    await updateApp(store, app.id, { stack: slug.stack, slugSize: totalSize(slug) });
    return appendRelease(store, {
      appId: app.id,
      status: 'pending',
      description: `Rollback to v${target.version}`,
      slugId: slug.id,
      userId: user.id,
      hasOutput: 'release' in slug.processTypes,
      configVars,
    });
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Rollback to v${target.version} by user ${user.email}`));
  ctx.lines.write(app.id, apiLine(Date.now(), `Release v${release.version} created by user ${user.email}`));
  await ctx.queue.enqueue('release', { releaseId: release.id });
  return release;
}
