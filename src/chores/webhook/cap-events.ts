// What happened to an app is kept for a week, and so many events of it at most: an app whose dynos crash all day fills no disk.
import type { Context } from '../../actions/context.js';
import { log } from '../../lib/log.js';
import { platformLine } from '../../model/logs/log-line.js';
import { MOST_EVENTS } from '../../model/webhook/webhook.js';
import { trimEvents } from '../../store/webhook/webhooks.js';

/** Forgets the oldest beyond that, but for those that wait to be told, and says so in the app's log. */
export async function capEvents({ store, lines }: Pick<Context, 'store' | 'lines'>, now: number, most = MOST_EVENTS): Promise<void> {
  for (const { appId, count } of await trimEvents(store, most)) {
    const text = `The ${count} oldest events of webhooks were forgotten: an app keeps its newest ${most}`;
    lines.write(appId, platformLine(now, 'webhooks', text));
    log('webhook-events-forgotten', { app: appId, count });
  }
}
