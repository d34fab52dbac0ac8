// Somebody is to be told of what happens to an app.
import { randomBytes } from 'node:crypto';
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { MOST_WEBHOOKS, type Webhook } from '../../model/webhook/webhook.js';
import { lockApp } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import { countWebhooks, insertWebhook } from '../../store/webhook/webhooks.js';
import type { Context } from '../context.js';

interface NewWebhook extends Pick<Webhook, 'url' | 'include' | 'level' | 'apiUrl'> {
  /** What is told is signed with it; without one it gets one. */
  secret: string | null;
  authorization: string | null;
}

/** Adds it; returns it with its secret, which is told this once. Throws `invalid_params` for one too many. */
export async function addWebhook(ctx: Context, app: App, { secret, ...wish }: NewWebhook): Promise<{ webhook: Webhook; secret: string }> {
  const given = secret ?? randomBytes(30).toString('hex');
  const added = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    if ((await countWebhooks(store, app.id)) >= MOST_WEBHOOKS)
      throw new PlatformError('invalid_params', `An app has ${MOST_WEBHOOKS} webhooks at most. Remove one that isn't needed any more.`);
    return { webhook: await insertWebhook(store, { ...wish, appId: app.id, secret: given }), secret: given };
  });
  // What it is told is written by the database, which tells nobody: from now on the outbox is looked at for it.
  await ctx.bus.publish('outbox-written', {});
  return added;
}
