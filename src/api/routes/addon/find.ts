// Add-ons and attachments as they are asked for and shown: what isn't yours isn't there.
import type { Context } from 'koa';
import { ssoPath } from '../../../model/addon/sso-path.js';
import type { Addon, Attachment } from '../../../model/addon/addon.js';
import { endpointsFor } from '../../../model/addon/manifest.js';
import { attachedVars } from '../../../model/addon/naming.js';
import type { App } from '../../../model/app.js';
import { PlatformError } from '../../../model/errors.js';
import { may } from '../../../model/may.js';
import type { Verb } from '../../../model/scope.js';
import { appsSeenBy, asAsked, seenOf } from '../../../actions/people/may-on.js';
import { findAddon, listAddons, listSeenAddons, readAddonConfig } from '../../../store/addon/addons.js';
import { listAttachments, listSeenAttachments } from '../../../store/addon/attachments.js';
import { findPlan, findService } from '../../../store/addon/services.js';
import { findApp, findApps } from '../../../store/app/apps.js';
import type { ApiDeps } from '../../deps.js';
import { publicUrl, type ApiContext } from '../../http.js';
import { presentAddon, presentAttachment, type Around } from '../../present/addon/addon.js';

/** Said to who may see an app. */
export const MAY_ONLY_SEE = 'You may see that app, but not do that to it.';
/** Whoever opens an add-on's page is let in as the user, to see what config vars hold, and to change it. */
export const SIGNED_ON = ['read-config', 'operate'] as const satisfies readonly Verb[];

/** Throws `not_found`; `forbidden` where one may see it, but not do that to it. */
export async function addonOf(deps: ApiDeps, http: ApiContext, ref: string, verb: Verb = 'view'): Promise<Addon> {
  const addon = await findAddon(deps.store, ref);
  const isThere = addon?.state === 'provisioning' || addon?.state === 'provisioned';
  if (!addon || !isThere || !(await isSeen(deps, http, addon))) throw new PlatformError('not_found', "Couldn't find that add-on.");
  if (verb !== 'view') await appFor(deps, http, addon.appId ?? '', verb);
  return addon;
}

/** The app, where they may do that to it. */
export async function appFor(deps: ApiDeps, http: ApiContext, ref: string, verb: Verb): Promise<App> {
  const { user } = http.state;
  const app = await findApp(deps.store, ref);
  const what = app && (await asAsked(deps.store, user, app));
  if (!app || !what || !may(user, 'view', what)) throw new PlatformError('not_found', "Couldn't find that app.");
  if (!may(user, verb, what)) throw new PlatformError('forbidden', MAY_ONLY_SEE);
  return app;
}

/** Whose app it belongs to may see it, and whose app has it attached. */
async function isSeen(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<boolean> {
  const attached = (await listAttachments(deps.store, { addonId: addon.id })).map(({ appId }) => appId);
  const apps = await findApps(deps.store, [...new Set([...(addon.appId === null ? [] : [addon.appId]), ...attached])]);
  return (await seenOf(deps.store, http.state.user, apps)).length > 0;
}

/** By its name or id, an attachment's name, a config var of it, or its service or plan: all that are meant. */
export async function resolveAddons(deps: ApiDeps, http: ApiContext, ref: string, app?: App): Promise<Addon[]> {
  const exact = await addonOf(deps, http, ref).catch(() => undefined);
  if (exact) return [exact];
  const attached = app ? await resolveAttachments(deps, http, ref, app) : [];
  if (attached.length > 0) return Promise.all([...new Set(attached.map(({ addonId }) => addonId))].map((id) => addonOf(deps, http, id)));
  const all = await (app
    ? listAddons(deps.store, { appId: app.id })
    : listSeenAddons(deps.store, await appsSeenBy(deps.store, http.state.user)));
  const named = await Promise.all(
    all.map(async (addon) => {
      const [service, plan] = await Promise.all([findService(deps.store, addon.serviceId), findPlan(deps.store, addon.planId)]);
      return service?.name === ref || plan?.name === ref ? [addon] : [];
    }),
  );
  return named.flat();
}

/** By its name or id, the config var that it brings, or its add-on's name. */
export async function resolveAttachments(deps: ApiDeps, http: ApiContext, ref: string, app?: App): Promise<Attachment[]> {
  const all = await (app
    ? listAttachments(deps.store, { appId: app.id })
    : listSeenAttachments(deps.store, await appsSeenBy(deps.store, http.state.user)));
  const byName = all.filter(({ id, name }) => id === ref || name === ref.toUpperCase());
  if (byName.length > 0) return byName;
  const found: Attachment[] = [];
  for (const each of all) {
    const addon = await findAddon(deps.store, each.addonId);
    const service = addon && (await findService(deps.store, addon.serviceId));
    if (!addon || !service) continue;
    const vars = Object.keys(
      attachedVars({ prefix: service.manifest.prefix, name: each.name }, await readAddonConfig(deps.store, addon.id)),
    );
    if (addon.name === ref || addon.id === ref || vars.includes(ref)) found.push(each);
  }
  return found;
}

/** An add-on with all that is shown of it. */
export async function present(deps: ApiDeps, http: ApiContext, addon: Addon) {
  return presentAddon(addon, await aroundOf(deps, http, addon));
}

export async function presentOne(deps: ApiDeps, http: ApiContext, attachment: Attachment) {
  const [addon, app] = await Promise.all([findAddon(deps.store, attachment.addonId), findApp(deps.store, attachment.appId)]);
  if (!addon || !app) throw new PlatformError('not_found', "Couldn't find that add-on attachment.");
  const around = await aroundOf(deps, http, addon);
  const configVars = await varsOf(deps, around.service.manifest.prefix, addon, [attachment]);
  // Heroku's clients ask for it where they need it.
  const includesPlan = http.get('accept-inclusion').includes('addon:plan');
  return presentAttachment(attachment, { app, addon, around, configVars, includesPlan });
}

/** What is shown with an add-on, whoever asks. Throws `not_found` where its app is gone. */
export async function surroundings(deps: ApiDeps, addon: Addon): Promise<Omit<Around, 'webUrl'> & { app: App }> {
  const [service, plan, app, attachments] = await Promise.all([
    findService(deps.store, addon.serviceId),
    findPlan(deps.store, addon.planId),
    addon.appId === null ? undefined : findApp(deps.store, addon.appId),
    listAttachments(deps.store, { addonId: addon.id }),
  ]);
  if (!service || !plan || !app) throw new PlatformError('not_found', "Couldn't find that add-on.");
  const own = attachments.filter(({ appId }) => appId === app.id);
  return { app, service, plan, configVars: await varsOf(deps, service.manifest.prefix, addon, own) };
}

async function aroundOf(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<Around> {
  const around = await surroundings(deps, addon);
  const { app, service } = around;
  const hasPage = addon.state === 'provisioned' && endpointsFor(service.manifest, service.environment).ssoUrl !== null;
  const { user } = http.state;
  const what = await asAsked(deps.store, user, app);
  const isOpen = hasPage && SIGNED_ON.every((verb) => may(user, verb, what));
  const path = ssoPath(deps.store.key, { addonId: addon.id, userId: user.id, now: Date.now() });
  const webUrl = isOpen ? publicUrl(http as unknown as Context, deps.place) + path : null;
  return { ...around, webUrl };
}

async function varsOf(deps: ApiDeps, prefix: string, addon: Addon, attachments: Attachment[]): Promise<string[]> {
  const config = await readAddonConfig(deps.store, addon.id);
  return attachments.flatMap(({ name }) => Object.keys(attachedVars({ prefix, name }, config)));
}
