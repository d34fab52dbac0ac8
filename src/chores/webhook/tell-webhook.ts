// Tells one webhook of one event. Killed in the middle, it is told again, by the same id.
import { randomUUID } from 'node:crypto';
import { signatureOf } from '../../model/webhook/signature.js';
import type { Delivery, Payload, Webhook, WebhookEvent } from '../../model/webhook/webhook.js';
import { callWebhook } from '../../outbound/call-webhook.js';
import { FetchFault } from '../../outbound/fetch-fault.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import type { Store } from '../../store/open-store.js';
import { beginAttempt, endAttempt, findDelivery, findEvent, keepPayload } from '../../store/webhook/deliveries.js';
import { findWebhook, markFailing, readWebhookSecrets } from '../../store/webhook/webhooks.js';
import type { Deliver } from '../outbox/work-outbox.js';

/** Writes what is told of an event. */
export type DescribeEvent = (event: WebhookEvent) => Promise<Payload>;

interface Parts {
  store: Store;
  guard: FetchGuard;
  describe: DescribeEvent;
}

export function tellWebhook({ store, guard, describe }: Parts): Deliver<'webhook'> {
  return async ({ payload: { deliveryId } }, { signal, isLast, pauseMs }) => {
    const delivery = await findDelivery(store, deliveryId);
    if (!delivery || delivery.status === 'succeeded' || delivery.status === 'failed') return;
    const [webhook, secrets, event] = await Promise.all([
      findWebhook(store, delivery.appId, delivery.webhookId),
      readWebhookSecrets(store, delivery.webhookId),
      findEvent(store, delivery.eventId),
    ]);
    if (!webhook || !secrets || !event) return;
    const told = event.payload ?? (await keepPayload(store, event.id, await describe(event)));
    const isFinal = isLast || webhook.level === 'notify';
    const attemptId = randomUUID();
    await beginAttempt(store, delivery.id, attemptId);
    const body = JSON.stringify({ ...told, webhook_metadata: metadata({ delivery, event, webhook, attemptId }) });
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Slipway-Webhooks',
      'heroku-webhook-hmac-sha256': signatureOf(secrets.secret, body),
      ...(secrets.authorization !== null && { authorization: secrets.authorization }),
    };
    const end = async (code: number | null, error: string | null) => {
      const isDone = code !== null && code >= 200 && code < 300;
      const status = isDone ? 'succeeded' : isFinal ? 'failed' : 'retrying';
      await endAttempt(store, delivery.id, { status, code, error, againInMs: status === 'retrying' ? pauseMs : null });
      if (status === 'retrying') throw new Error(error ?? `It answered ${code}.`);
    };
    try {
      const code = await callWebhook(guard, { url: webhook.url, headers, body, signal });
      await markFailing(store, webhook, false);
      return await end(code, null);
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      await markFailing(store, webhook, true);
      return end(null, error.message);
    }
  };
}

interface Told {
  delivery: Delivery;
  event: WebhookEvent;
  webhook: Webhook;
  attemptId: string;
}

function metadata({ delivery, event, webhook, attemptId }: Told): object {
  return {
    attempt: { id: attemptId },
    delivery: { id: delivery.id },
    event: { id: event.id, include: event.include },
    webhook: { id: webhook.id },
  };
}
