// What a provider has answered, or told us later, becomes the state of an add-on. Each may run twice, and after another.
import type { Addon } from '../../model/addon/addon.js';
import type { Manifest } from '../../model/addon/manifest.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Release } from '../../model/release.js';
import { deleteAttachment } from '../../store/addon/attachments.js';
import { readAddonConfig, updateAddon } from '../../store/addon/addons.js';
import type { Store } from '../../store/open-store.js';
import { deleteAddonDrain } from '../../store/app/log-drains.js';
import { findPlan } from '../../store/addon/services.js';
import { hurryLane, writeMessage } from '../../store/outbox/outbox.js';
import type { Context } from '../context.js';
import { releaseEach, takeVars, withAddon } from './attached-apps.js';
import { giveConfig } from './give-config.js';

/** Has the provider told where the add-on is to be. To be called in the transaction that decides it. */
export async function askProvider(store: Store, addon: Pick<Addon, 'id' | 'serviceId'>): Promise<void> {
  const to = { receiver: `provider ${addon.serviceId}`, lane: addon.id };
  await hurryLane(store, to);
  await writeMessage(store, { topic: 'addon', payload: { addonId: addon.id }, ...to });
}

interface Made {
  manifest: Manifest;
  /** All of them; absent, those that the provider has set already. */
  config?: ConfigVars;
  message?: string | null;
}

/** It is there. Where an app can't take what it brings, the provider is asked to take it back. */
export async function settleProvisioned(ctx: Context, addonId: string, { manifest, config, message }: Made): Promise<void> {
  const work = withAddon(ctx, addonId, async ({ store, addon, attachments }) => {
    if (addon.state !== 'provisioning') return [];
    await updateAddon(store, addonId, { state: 'provisioned', ...(message !== undefined && { message }) });
    const all = config ?? (await readAddonConfig(store, addonId));
    return giveConfig(store, { addon, attachments, manifest, config: all, why: 'completed' });
  });
  await work.catch((error: Error & { id?: string }) => {
    if (error.id !== 'invalid_params') throw error;
    return beginDeprovision(ctx, addonId, { message: error.message });
  });
}

/** The provider has other values for it. */
export async function settleConfig(ctx: Context, addonId: string, o: { manifest: Manifest; config: ConfigVars }): Promise<void> {
  await withAddon(ctx, addonId, async ({ store, addon, attachments }) => {
    const config = { ...(await readAddonConfig(store, addonId)), ...o.config };
    // Before it is there, they are kept for then.
    const reached = addon.state === 'provisioned' ? attachments : [];
    return giveConfig(store, { addon, attachments: reached, manifest: o.manifest, config, why: 'changed' });
  });
}

/** The provider agreed to another plan, or didn't. */
export async function settlePlan(ctx: Context, addonId: string, o: Made & { planId: string | null }): Promise<void> {
  await withAddon(ctx, addonId, async ({ store, addon, attachments }) => {
    if (addon.wantedPlanId === null) return [];
    const plan = o.planId === null ? undefined : await findPlan(store, o.planId);
    await updateAddon(store, addonId, { wantedPlanId: null, message: o.message ?? null, ...(plan && { planId: plan.id }) });
    if (!plan || !o.config) return [];
    const config = { ...(await readAddonConfig(store, addonId)), ...o.config };
    return giveConfig(store, { addon, attachments, manifest: o.manifest, config, why: 'changed' });
  });
}

/** It is to go: no app has it from here on, and the provider is told until it agrees. */
export async function beginDeprovision(ctx: Context, addonId: string, o: { message?: string; userId?: string } = {}): Promise<void> {
  await withAddon(ctx, addonId, async ({ store, addon, attachments }) => {
    if (addon.state === 'deprovisioned' || addon.state === 'deprovisioning') return [];
    await updateAddon(store, addonId, {
      state: 'deprovisioning',
      wantedPlanId: null,
      ...(o.message !== undefined && { message: o.message }),
    });
    await askProvider(store, addon);
    return letGo(store, { addon, attachments, userId: o.userId ?? addon.userId });
  });
}

/** The provider has nothing of it, or no more. */
export async function settleDeprovisioned(ctx: Context, addonId: string, o: { message?: string | null } = {}): Promise<void> {
  await withAddon(ctx, addonId, async ({ store, addon, attachments }) => {
    if (addon.state === 'deprovisioned') return [];
    await updateAddon(store, addonId, {
      state: 'deprovisioned',
      wantedPlanId: null,
      ...(o.message !== undefined && { message: o.message }),
    });
    return letGo(store, { addon, attachments, userId: addon.userId });
  });
}

async function letGo(
  store: Store,
  { addon, attachments, userId }: { addon: Addon; attachments: { id: string; appId: string; name: string }[]; userId: string },
): Promise<Release[]> {
  await deleteAddonDrain(store, addon.id);
  const had: typeof attachments = [];
  for (const each of attachments) {
    if (await takeVars(store, each)) had.push(each);
    await deleteAttachment(store, each.id);
  }
  const names = (appId: string) => had.filter((each) => each.appId === appId).map(({ name }) => name);
  return releaseEach(
    store,
    had.map(({ appId }) => appId),
    { userId, describe: (appId) => `Detach ${names(appId).join(', ')} (@ref:${addon.name})` },
  );
}
