import type { LineWriter } from '../bus/line-writer.js';
import type { Addon } from '../model/addon/addon.js';
import { psOf } from '../model/addon/own-services.js';
import { listReach } from '../store/addon/attachments.js';
import type { Store } from '../store/open-store.js';
import type { Kind } from './kind.js';

/** Says something of an add-on in the logs of all apps that have it. */
export async function sayToApps(
  { store, lines }: { store: Store; lines: LineWriter },
  { service }: Kind,
  addon: Addon,
  text: string,
): Promise<void> {
  const apps = new Set((await listReach(store)).filter(({ addonId }) => addonId === addon.id).map(({ appId }) => appId));
  for (const appId of apps) lines.write(appId, { time: Date.now(), source: 'app', ps: psOf(service), text: `${addon.name} ${text}` });
}
