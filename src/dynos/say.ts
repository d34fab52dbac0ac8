// What the dyno manager tells: people, in the app's log, and the routers. Neither may hold it up.
import { within } from '../lib/async/within.js';
import type { Dyno } from '../model/dyno.js';
import { platformLine } from '../model/logs/log-line.js';
import type { Deps } from './deps.js';

const SEND_WITHIN_MS = 1_000;

/** Writes lines about a dyno, in order. */
export function say(deps: Pick<Deps, 'lines'>, dyno: Pick<Dyno, 'appId' | 'name'>, ...texts: string[]): void {
  for (const text of texts) deps.lines.write(dyno.appId, platformLine(Date.now(), dyno.name, text));
}

/** Tells routers that dynos of the app changed; whether that has gone out within a second. They also look by themselves. */
export function announceRoute(deps: Pick<Deps, 'bus'>, appId: string): Promise<boolean> {
  const sent = deps.bus.publish('route-changed', { appId }).then(
    () => true,
    () => false,
  );
  return within(SEND_WITHIN_MS, sent, () => false);
}
