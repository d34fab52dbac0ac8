import { log } from '../../../lib/log.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import { DELIVERY_STATUSES, type DeliveryStatus, type WebhookEvent } from '../../../model/webhook/webhook.js';
import { findDelivery, findEvent, keepPayload, pageOfDeliveries, pageOfEvents } from '../../../store/webhook/deliveries.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { asPlatformError } from '../../middleware/errors.js';
import { Event, presentDelivery, presentEvent, WebhookDelivery } from '../../present/webhook/webhook.js';
import { describeEvent } from './describe-event.js';

const BY = ['created_at', 'id', 'seq'] as const;

/** What happened to an app since somebody wants to hear of it, and how telling each webhook goes. */
export function mountWebhookDeliveries(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: WebhookDelivery, gives: WebhookDelivery, needs: 'view' } as const;
  const listing = { ...facts, title: 'List', about: 'Lists how webhooks of an app are told.', by: BY } as const;
  router.list('/apps/:app/webhook-deliveries', listing, async (http, range) => {
    const page = await pageOfDeliveries(deps.store, { appId: http.state.app.id, range, status: wishedStatus(http) });
    return withItems(page, page.items.map(presentDelivery));
  });

  const one = { ...facts, title: 'Info', about: 'Shows how a webhook is told of an event.' } as const;
  router.get('/apps/:app/webhook-deliveries/:delivery', one, async (http) => {
    const found = await findDelivery(deps.store, param(http, 'delivery'));
    if (found?.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that webhook delivery.");
    return presentDelivery(found);
  });

  // What is told holds more than who may only see an app may see: the source of a build, and who did it.
  const events = { of: Event, gives: Event, needs: 'read-events' } as const;
  const show = async (event: WebhookEvent) =>
    presentEvent(event, event.payload ?? (await keepPayload(deps.store, event.id, await describeEvent(deps, event))));
  /** One that can't be described (any more) hides no other. */
  const shownOrNot = async (event: WebhookEvent) => {
    try {
      return [await show(event)];
    } catch (error) {
      if (asPlatformError(error).id === 'unavailable') throw error;
      log('webhook-event-not-described', { event: event.id, app: event.appId, include: event.include, error: (error as Error).message });
      return [];
    }
  };
  const happened = { ...events, title: 'List', about: 'Lists what webhooks of an app are told of.', by: BY } as const;
  router.list('/apps/:app/webhook-events', happened, async (http, range) => {
    const page = await pageOfEvents(deps.store, http.state.app.id, range);
    return withItems(page, (await Promise.all(page.items.map(shownOrNot))).flat());
  });

  const shown = { ...events, title: 'Info', about: 'Shows what webhooks of an app are told of.' } as const;
  router.get('/apps/:app/webhook-events/:event', shown, async (http) => {
    const found = await findEvent(deps.store, param(http, 'event'));
    if (found?.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that webhook event.");
    return show(found);
  });
}

/** `?eq[status]=failed` */
function wishedStatus(http: ApiContext): DeliveryStatus | null {
  const wished = http.query['eq[status]'];
  if (wished === undefined) return null;
  const found = DELIVERY_STATUSES.find((status) => status === wished);
  if (!found) throw new PlatformError('invalid_params', `status: must be one of ${DELIVERY_STATUSES.join(', ')}`);
  return found;
}
