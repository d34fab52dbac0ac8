// The databases that Heroku's clients ask the data host about: add-ons of our own services, by name or id.
import type { Context } from 'koa';
import type { Addon } from '../../../model/addon/addon.js';
import { outsideUrl } from '../../../model/addon/outside-url.js';
import { mayOn } from '../../../actions/people/may-on.js';
import { isRecord } from '../../../lib/look-up.js';
import { PlatformError } from '../../../model/errors.js';
import type { Verb } from '../../../model/scope.js';
import { readAddonConfig, updateAddon } from '../../../store/addon/addons.js';
import { listAttachments } from '../../../store/addon/attachments.js';
import { findPlan, findService } from '../../../store/addon/services.js';
import { findApp } from '../../../store/app/apps.js';
import type { ApiDeps } from '../../deps.js';
import { outsideOf, param, type ApiContext } from '../../http.js';
import { addonOf } from '../addon/find.js';

export type DataService = 'heroku-postgresql' | 'heroku-redis';

/** The database of the path, for whoever may do that to it. Throws `not_found` for add-ons of another service, as `addonOf` does. */
export async function databaseOf(deps: ApiDeps, http: ApiContext, name: DataService, verb: Verb = 'view'): Promise<Addon> {
  const addon = await addonOf(deps, http, param(http, 'database'), verb);
  const service = await findService(deps.store, addon.serviceId);
  if (service?.name !== name) throw new PlatformError('not_found', `Couldn't find that database: ${addon.name} is none of ${name}.`);
  return addon;
}

/** The same, for what is asked of its server: throws `invalid_params` before that is there. */
export async function readyDatabase(deps: ApiDeps, http: ApiContext, name: DataService, verb: Verb = 'view'): Promise<Addon> {
  const addon = await databaseOf(deps, http, name, verb);
  if (addon.state !== 'provisioned')
    throw new PlatformError('invalid_params', `${addon.name} is not there yet: wait for it with addons:wait.`);
  return addon;
}

/** Asks its provider. Throws `unavailable`, and `invalid_params` with its words where it refuses. */
export async function ask(deps: ApiDeps, addon: Addon, what: string, asked?: object): Promise<Record<string, unknown>> {
  if (!deps.askProvider) throw new PlatformError('unavailable', `${addon.name} can't be asked here.`);
  return deps.askProvider(addon, what, asked);
}

/** Has its provider do something to it, which the audit log knows before it is done. */
export async function tell(deps: ApiDeps, addon: Addon, what: string, asked?: object): Promise<Record<string, unknown>> {
  await updateAddon(deps.store, addon.id, {});
  return ask(deps, addon, what, asked);
}

/** Whether they may see what config vars hold, in an app that has it; not by an attachment that brings another credential than its own. */
async function mayReadConfig(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<boolean> {
  const whole = (await listAttachments(deps.store, { addonId: addon.id })).filter(({ namespace }) => namespace === null);
  const attached = whole.map(({ appId }) => appId);
  const apps = await Promise.all([...new Set([addon.appId ?? '', ...attached])].map((id) => findApp(deps.store, id)));
  const may = await Promise.all(apps.map((app) => app && mayOn(deps.store, http.state.user, 'read-config', app)));
  return may.includes(true);
}

/** The URL by which people reach it; null for whoever may not see it, and before it is there. */
export async function urlOf(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<string | null> {
  if (!(await mayReadConfig(deps, http, addon))) return null;
  const [url] = Object.values(await readAddonConfig(deps.store, addon.id));
  return url === undefined ? null : outsideUrl(url, outsideOf(http as unknown as Context, deps.place));
}

/** As its provider knows the plan: without the service's name; and for people. */
export async function planOf(deps: ApiDeps, addon: Addon): Promise<{ name: string; title: string }> {
  const plan = await findPlan(deps.store, addon.planId);
  return { name: plan?.name.slice(plan.name.indexOf(':') + 1) ?? '', title: plan?.humanName ?? '' };
}

/** What is shown of each, and what its server says of itself: null while it doesn't answer, which is when people look. */
export async function shownOf(deps: ApiDeps, http: ApiContext, addon: Addon) {
  const plan = await planOf(deps, addon);
  const isThere = addon.state === 'provisioned';
  const told = isThere ? await ask(deps, addon, 'info').catch(() => null) : null;
  const shown = {
    addon_id: addon.id,
    name: addon.name,
    created_at: addon.createdAt.toISOString(),
    plan: plan.name,
    resource_url: await urlOf(deps, http, addon),
    'waiting?': !isThere,
  };
  return { plan, told, shown };
}

/** What a provider of ours says is trusted, but for being there. */
export function textOf(told: Record<string, unknown>, name: string): string {
  const value = told[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function recordOf(told: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = told[name];
  return isRecord(value) ? value : {};
}
