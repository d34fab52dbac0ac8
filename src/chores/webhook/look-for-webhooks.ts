// How often the outbox is looked at for what the database writes: it tells nobody, and it writes only where there are webhooks.
import { performance } from 'node:perf_hooks';
import type { Store } from '../../store/open-store.js';
import { areThereWebhooks } from '../../store/webhook/webhooks.js';

const LOOK_MS = 1_000;
const QUIET_LOOK_MS = 10_000;
/** For so long nobody asks whether they have all gone. */
const BELIEVED_MS = 60_000;

/** To be asked after each look; whoever adds a webhook has the outbox looked at. Throws when the store can't be asked. */
export function lookForWebhooks(store: Store): () => Promise<number> {
  let seenAt = -Infinity;
  return async () => {
    const now = performance.now();
    if (now - seenAt > BELIEVED_MS && (await areThereWebhooks(store))) seenAt = now;
    return now - seenAt > BELIEVED_MS ? QUIET_LOOK_MS : LOOK_MS;
  };
}
