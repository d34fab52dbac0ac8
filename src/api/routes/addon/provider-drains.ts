// An add-on's log drain, as its provider sees and moves it.
import { setAddonDrain } from '../../../actions/drain/set-addon-drain.js';
import type { Addon } from '../../../model/addon/addon.js';
import { drainTokenFor } from '../../../model/addon/log-access.js';
import { PlatformError } from '../../../model/errors.js';
import { findApp } from '../../../store/app/apps.js';
import { listLogDrains } from '../../../store/app/log-drains.js';
import type { Service } from '../../../store/addon/services.js';
import type { ApiDeps } from '../../deps.js';
import { presentLogDrain } from '../../present/app/log-drain.js';

interface Asked {
  addon: Addon;
  service: Service;
  /** The drain's id, token or URL, as it stands in a path. */
  ref: string;
}

export async function listDrains(deps: ApiDeps, addon: Addon): Promise<object[]> {
  const app = addon.appId === null ? undefined : await findApp(deps.store, addon.appId);
  const drains = await listLogDrains(deps.store, { addonId: addon.id });
  return app ? drains.map((drain) => presentLogDrain(drain, { app, addon, isOpen: true })) : [];
}

/** Sends the log elsewhere. By the token that it was given, the provider can begin so, too. */
export async function moveDrain(deps: ApiDeps, { addon, service, ref }: Asked, body: unknown): Promise<object> {
  const url = (body as { url?: unknown } | null)?.url;
  if (typeof url !== 'string' || url.length > 2_000) throw new PlatformError('invalid_params', 'url: must be a URL');
  const [known] = await listLogDrains(deps.store, { addonId: addon.id });
  const names = [drainTokenFor(deps.store.key, addon.id), ...(known ? [known.id, encodeURIComponent(known.url)] : [])];
  if (!service.manifest.readsLog || !names.includes(ref)) throw new PlatformError('not_found', "Couldn't find that log drain.");
  await setAddonDrain(deps, addon.id, { url, fetchAllow: deps.fetchAllow ?? [] });
  const [moved] = await listDrains(deps, addon);
  if (!moved) throw new PlatformError('not_found', "Couldn't find that log drain.");
  return moved;
}
