import { z } from 'zod';
import type { App } from '../../../model/app.js';
import { originOf } from '../../../model/logs/drain.js';
import { DELIVERY_STATUSES, INCLUDES, type Payload, type Webhook as Known, type WebhookEvent } from '../../../model/webhook/webhook.js';
import type { ListedDelivery } from '../../../store/webhook/deliveries.js';
import { AppRef, createdAt, id, time, updatedAt, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef } from '../app/app.js';

const Level = z.enum(['notify', 'sync']);
const Included = z.enum(INCLUDES);

export const Webhook = resource(
  { name: 'app-webhook', about: 'An app webhook is a URL that is told of what happens to an app.', param: 'webhook' },
  {
    id: id('app-webhook'),
    app: AppRef,
    created_at: createdAt('app-webhook'),
    include: z.array(Included).describe('what it is told of'),
    level: Level.describe('notify: told once; sync: until it answers with a success'),
    updated_at: updatedAt('app-webhook'),
    url: z.url().describe('where it is told; without what may be secret of it for whoever may not read config vars'),
  },
);

export function presentWebhook(webhook: Known, app: Pick<App, 'id' | 'name'>, { isOpen }: { isOpen: boolean }): z.input<typeof Webhook> {
  return {
    id: webhook.id,
    app: presentAppRef(app),
    created_at: webhook.createdAt.toISOString(),
    include: webhook.include,
    level: webhook.level,
    updated_at: webhook.updatedAt.toISOString(),
    url: isOpen ? webhook.url : originOf(webhook.url),
  };
}

const Attempt = z.strictObject({
  id: id('attempt'),
  code: z.int().nullable().describe('status that was answered; null where none was'),
  error_class: z.string().nullable().describe('why nothing was answered'),
  status: z.enum(['scheduled', 'succeeded', 'failed']).describe('how it went; scheduled while it is under way'),
  created_at: createdAt('attempt'),
  updated_at: updatedAt('attempt'),
});

export const WebhookDelivery = resource(
  { name: 'app-webhook-delivery', about: 'A delivery is how a webhook is told of one event.', param: 'delivery' },
  {
    id: id('app-webhook-delivery'),
    created_at: createdAt('app-webhook-delivery'),
    event: z.strictObject({ id: id('app-webhook-event'), include: Included.describe('what it is about') }),
    last_attempt: Attempt.nullable().describe('attempt that was made last'),
    next_attempt_at: time('when it is tried again').nullable(),
    num_attempts: z.int().describe('how often it was tried'),
    seq: z.int().describe('its number, by which lists are sorted; not part of Heroku'),
    status: z.enum(DELIVERY_STATUSES).describe('how it went so far'),
    updated_at: updatedAt('app-webhook-delivery'),
    webhook: z.strictObject({ id: id('app-webhook'), level: Level.describe('of the webhook') }),
  },
);

export function presentDelivery(delivery: ListedDelivery): z.input<typeof WebhookDelivery> {
  return {
    id: delivery.id,
    created_at: delivery.createdAt.toISOString(),
    event: { id: delivery.eventId, include: delivery.include },
    last_attempt: delivery.attemptId === null ? null : presentAttempt(delivery, delivery.attemptId),
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    num_attempts: delivery.numAttempts,
    seq: delivery.seq,
    status: delivery.status,
    updated_at: delivery.updatedAt.toISOString(),
    webhook: { id: delivery.webhookId, level: delivery.level },
  };
}

function presentAttempt(delivery: ListedDelivery, attemptId: string): z.input<typeof Attempt> {
  return {
    id: attemptId,
    code: delivery.attemptCode,
    error_class: delivery.attemptError,
    status: delivery.attemptStatus ?? 'scheduled',
    created_at: (delivery.attemptAt ?? delivery.createdAt).toISOString(),
    updated_at: (delivery.attemptEndedAt ?? delivery.updatedAt).toISOString(),
  };
}

const Told = z.strictObject({
  id: id('app-webhook-event'),
  action: z.string().describe('create, update or destroy'),
  actor: UserRef.describe('who did it; the owner, where the platform did'),
  created_at: createdAt('app-webhook-event'),
  data: z.record(z.string(), z.unknown()).describe('the thing as it was then'),
  previous_data: z.record(z.string(), z.unknown()).describe('what of it was another before'),
  published_at: time('when it was written'),
  resource: z.string().describe('what kind of thing it is about'),
  sequence: z.null().describe('always null'),
  updated_at: updatedAt('app-webhook-event'),
  version: z.string().describe('version of the API that it speaks'),
});

export const Event = resource(
  { name: 'app-webhook-event', about: 'An event is something that happened to an app.', param: 'event' },
  {
    id: id('app-webhook-event'),
    created_at: createdAt('app-webhook-event'),
    include: Included.describe('what it is about'),
    payload: Told.describe('what webhooks are told'),
    seq: z.int().describe('its number, by which lists are sorted; not part of Heroku'),
    updated_at: updatedAt('app-webhook-event'),
  },
);

export function presentEvent(event: WebhookEvent, payload: Payload): z.input<typeof Event> {
  return {
    id: event.id,
    created_at: event.createdAt.toISOString(),
    include: event.include,
    payload: payload as z.input<typeof Told>,
    seq: event.seq,
    updated_at: event.updatedAt.toISOString(),
  };
}
