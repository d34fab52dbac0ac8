// New passwords for an add-on of ours: its provider is asked by a job, so that an app never has one that its server doesn't know for
// longer than it takes to come again.
import type { Addon } from '../../model/addon/addon.js';
import { DEFAULT_CREDENTIAL, namespaceOf } from '../../model/addon/credential.js';
import type { Manifest } from '../../model/addon/manifest.js';
import { psOf } from '../../model/addon/own-services.js';
import type { ConfigVars } from '../../model/config-vars.js';
import { readAddonConfig } from '../../store/addon/addons.js';
import { listCredentials } from '../../store/addon/credentials.js';
import { hurryLane, writeMessage } from '../../store/outbox/outbox.js';
import type { Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { withAddon } from './attached-apps.js';
import { giveConfig } from './give-config.js';
import { untilSettled } from './until-settled.js';

/** Begins it, and waits a while: false where it is still to be done then. */
export async function rotateCredentials(ctx: Context, addon: Addon, credentials: readonly string[]): Promise<boolean> {
  const before = await valuesOf(ctx.store, addon.id);
  await withAddon(ctx, addon.id, async ({ store }) => {
    const to = { receiver: `provider ${addon.serviceId}`, lane: addon.id };
    await hurryLane(store, to);
    for (const credential of credentials)
      await writeMessage(store, { topic: 'rotation', payload: { addonId: addon.id, credential }, ...to });
    return [];
  });
  let isDone = false;
  await untilSettled(ctx, addon, async () => {
    const now = await valuesOf(ctx.store, addon.id);
    isDone = credentials.every((name) => now.get(name) !== before.get(name));
    return isDone;
  });
  return isDone;
}

async function valuesOf(store: Store, addonId: string): Promise<Map<string, string>> {
  const all = (await listCredentials(store, addonId)).map(({ name, config }) => [name, JSON.stringify(config)] as const);
  return new Map([...all, [DEFAULT_CREDENTIAL, JSON.stringify(await readAddonConfig(store, addonId))]]);
}

interface Rotated {
  credential: string;
  manifest: Manifest;
  config: ConfigVars;
}

/** The provider has given one: every app that has it gets it with a release, and is told so in its log. */
export async function settleRotation(ctx: Context, addonId: string, { credential, manifest, config }: Rotated): Promise<void> {
  const apps = new Set<string>();
  const addon = await withAddon(ctx, addonId, async ({ store, addon: now, attachments }) => {
    const namespace = namespaceOf(credential);
    for (const each of attachments.filter((one) => one.namespace === namespace)) apps.add(each.appId);
    const had = namespace === null ? await readAddonConfig(store, addonId) : {};
    return giveConfig(store, { addon: now, attachments, manifest, credential, config: { ...had, ...config }, why: 'changed' });
  });
  if (!addon) return;
  const text = `${addon.name} has a new password for its credential ${credential}: the one before is refused`;
  for (const appId of apps) ctx.lines.write(appId, { time: Date.now(), source: 'app', ps: psOf(manifest.id), text });
}
