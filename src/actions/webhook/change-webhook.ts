import { PlatformError } from '../../model/errors.js';
import type { Webhook } from '../../model/webhook/webhook.js';
import { inTransaction } from '../../store/open-store.js';
import { deleteWebhook, holdUrl, readWebhookSecrets, updateWebhook, type Secrets } from '../../store/webhook/webhooks.js';
import type { Context } from '../context.js';

type Change = Partial<Pick<Webhook, 'url' | 'include' | 'level'> & Secrets>;

/**
 * Changes it, from the next attempt on. What its Authorization header holds is for one receiver: with a URL elsewhere it goes, unless
 * it is given with it. Throws `not_found`.
 */
export function changeWebhook(
  { store }: Context,
  id: string,
  change: Change,
): Promise<{ webhook: Webhook; hasLostAuthorization: boolean }> {
  return inTransaction(store, async (within) => {
    const url = (await holdUrl(within, id)) ?? notThere();
    const isElsewhere = change.url !== undefined && new URL(change.url).origin !== new URL(url).origin;
    const isKept = !isElsewhere || change.authorization !== undefined;
    const before = isKept ? undefined : await readWebhookSecrets(within, id);
    const webhook = await updateWebhook(within, id, isKept ? change : { ...change, authorization: null });
    return { webhook: webhook ?? notThere(), hasLostAuthorization: (before?.authorization ?? null) !== null };
  });
}

/** Removes it: nothing more is told there, what waits included. Throws `not_found`. */
export async function removeWebhook({ store }: Context, id: string): Promise<void> {
  await inTransaction(store, async (within) => (await deleteWebhook(within, id)) || notThere());
}

function notThere(): never {
  throw new PlatformError('not_found', "Couldn't find that webhook.");
}
