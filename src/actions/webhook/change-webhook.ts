import { PlatformError } from '../../model/errors.js';
import type { Webhook } from '../../model/webhook/webhook.js';
import { inTransaction } from '../../store/open-store.js';
import { deleteWebhook, updateWebhook, type Secrets } from '../../store/webhook/webhooks.js';
import type { Context } from '../context.js';

type Change = Partial<Pick<Webhook, 'url' | 'include' | 'level'> & Secrets>;

/** Changes it, from the next attempt on. Throws `not_found`. */
export function changeWebhook({ store }: Context, id: string, change: Change): Promise<Webhook> {
  return inTransaction(store, async (within) => (await updateWebhook(within, id, change)) ?? notThere());
}

/** Removes it: nothing more is told there, what waits included. Throws `not_found`. */
export async function removeWebhook({ store }: Context, id: string): Promise<void> {
  await inTransaction(store, async (within) => (await deleteWebhook(within, id)) || notThere());
}

function notThere(): never {
  throw new PlatformError('not_found', "Couldn't find that webhook.");
}
