// A provider has a URL for the log of the app that its add-on belongs to.
import { beginPlace } from '../../bus/drain-places.js';
import { drainTokenFor } from '../../model/addon/log-access.js';
import type { LogDrain } from '../../model/logs/drain.js';
import { saveAddonDrain } from '../../store/app/log-drains.js';
import { withAddon } from '../addon/attached-apps.js';
import type { Context } from '../context.js';
import { checkDrainUrl } from './check-drain-url.js';

/** Undefined for an add-on that is going. Throws `invalid_params` for a URL that can't be. */
export async function setAddonDrain(
  ctx: Context,
  addonId: string,
  { url, fetchAllow }: { url: string; fetchAllow: readonly string[] },
): Promise<LogDrain | undefined> {
  checkDrainUrl(url, fetchAllow);
  let drain: LogDrain | undefined;
  await withAddon(ctx, addonId, async ({ store, addon: { appId, state } }) => {
    if (appId === null || (state !== 'provisioning' && state !== 'provisioned')) return [];
    drain = await saveAddonDrain(store, { appId, addonId, token: drainTokenFor(store.key, addonId), url });
    return [];
  });
  if (!drain) return undefined;
  await beginPlace(ctx.bus, drain);
  await ctx.bus.publish('drains-changed', { appId: drain.appId });
  return drain;
}
