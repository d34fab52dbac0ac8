// What the dyno manager tells: people, in the app's log, and the routers. Neither may hold it up.
import type { Dyno } from '../model/dyno.js';
import { platformLine } from '../model/log-line.js';
import type { Deps } from './deps.js';

/** Writes lines about a dyno, in order. */
export function say(deps: Pick<Deps, 'lines'>, dyno: Pick<Dyno, 'appId' | 'name'>, ...texts: string[]): void {
  for (const text of texts) deps.lines.write(dyno.appId, platformLine(Date.now(), dyno.name, text));
}

/** Tells routers that dynos of the app changed. Redis may be away: routers also look by themselves now and then. */
export function announceRoute(deps: Pick<Deps, 'bus'>, appId: string): void {
  deps.bus.publish('route-changed', { appId }).catch(() => undefined);
}
