import type { Context } from 'koa';
import { z } from 'zod';
import { changePlan, destroyAddon, renameAddon } from '../../../actions/addon/change-addon.js';
import { createAddon } from '../../../actions/addon/create-addon.js';
import type { Addon as Noun } from '../../../model/addon/addon.js';
import { appsSeenBy } from '../../../actions/people/may-on.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import { findAddon, listAddons, pageOfAddons } from '../../../store/addon/addons.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, publicUrl, type ApiContext } from '../../http.js';
import { Addon } from '../../present/addon/addon.js';
import { takeRange } from '../../range.js';
import { named } from '../../schema/fields.js';
import { addonOf, appFor, present, resolveAddons } from './find.js';

const text = (what: string) => z.string('must be a text').max(300).describe(what);
const OneOf = z.object({ name: text('its name').optional(), id: text('its id').optional() });
/** Old clients send a name, new ones an object that has it. */
export const refTo = (what: string) => z.union([text(what), OneOf], `must be ${what}`);
const NewAddon = z.object({
  plan: refTo('name or id of a plan'),
  name: text('unique name of the add-on').nullish(),
  attachment: z.object({ name: text('name of its attachment').nullish() }).nullish(),
  config: named(z.union([z.string().max(10_000), z.boolean(), z.number()], 'must be a text'), { most: 100 }).nullish(),
  confirm: text('name of the app, where it takes the place of another').nullish(),
});
const AddonChange = z.object({ plan: refTo('name or id of a plan').optional(), name: text('unique name of the add-on').optional() });
const Destroying = z.object({ force: z.boolean('must be true or false').nullish().describe('though other apps have it') });
const Resolving = z.object({
  addon: text('name or id of an add-on, or of an attachment, a service or a plan'),
  app: text('name or id of the app').nullish(),
  addon_service: text('name of the service').nullish(),
});

export function mountAddons(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Addon, gives: Addon } as const;
  const show = (http: ApiContext, addons: Noun[]) => Promise.all(addons.map((addon) => present(deps, http, addon)));
  const by = ['name', 'id', 'created_at'] as const;
  router.list(
    '/addons',
    { ...facts, title: 'List', about: 'Lists your add-ons; an admin sees those of all.', needs: 'view', by },
    async (http, range) => {
      const page = await pageOfAddons(deps.store, await appsSeenBy(deps.store, http.state.user), range);
      return withItems(page, await show(http, page.items));
    },
  );
  router.get('/addons/:addon', { ...facts, title: 'Info', about: 'Shows an add-on.', needs: 'view' }, async (http) =>
    present(deps, http, await addonOf(deps, http, param(http, 'addon'))),
  );
  const ofApp = { ...facts, title: 'List by App', about: 'Lists the add-ons of an app.', needs: 'view', by } as const;
  router.list('/apps/:app/addons', ofApp, async (http, range) =>
    takeRange(await show(http, await listAddons(deps.store, { appId: http.state.app.id })), range),
  );
  router.get(
    '/apps/:app/addons/:addon',
    { ...facts, title: 'Info by App', about: 'Shows an add-on of an app.', needs: 'view' },
    async (http) => present(deps, http, await addonOfApp(deps, http)),
  );

  const creating = { ...facts, title: 'Create', about: 'Creates an add-on; waits a while for its provider.', takes: NewAddon } as const;
  router.post('/apps/:app/addons', { ...creating, needs: 'operate' }, async (http, wish) => {
    const options = Object.fromEntries(Object.entries(wish.config ?? {}).map(([key, value]) => [key, String(value)]));
    const addon = await createAddon(deps, {
      app: http.state.app,
      user: http.state.user,
      plan: refOf(wish.plan),
      name: wish.name ?? undefined,
      attachment: wish.attachment?.name ?? undefined,
      confirm: wish.confirm ?? undefined,
      options,
      apiUrl: publicUrl(http as unknown as Context, deps.place),
    });
    return present(deps, http, addon);
  });

  const changing = { ...facts, title: 'Update', about: "Changes an add-on's plan or name.", takes: AddonChange, needs: 'operate' } as const;
  const change = async (http: ApiContext, addon: Noun, { plan, name }: z.output<typeof AddonChange>) => {
    const renamed = name === undefined || name === addon.name ? addon : await renameAddon(deps, addon, name);
    return present(deps, http, plan === undefined ? renamed : await changePlan(deps, renamed, refOf(plan)));
  };
  router.patch('/addons/:addon', changing, async (http, wish) =>
    change(http, await addonOf(deps, http, param(http, 'addon'), 'operate'), wish),
  );
  router.patch('/apps/:app/addons/:addon', { ...changing, title: 'Update by App' }, async (http, wish) =>
    change(http, await addonOfApp(deps, http), wish),
  );

  const destroying = {
    ...facts,
    title: 'Delete',
    about: 'Destroys an add-on; waits a while for its provider.',
    takes: Destroying,
  } as const;
  router.delete('/apps/:app/addons/:addon', { ...destroying, needs: 'operate' }, async (http, { force }) => {
    const addon = await addonOfApp(deps, http);
    const shown = await present(deps, http, addon);
    const gone = await destroyAddon(deps, addon, { user: http.state.user, isForced: force === true });
    return { ...shown, state: 'deprovisioned' as const, provision_message: gone.message, web_url: null };
  });

  const resolving = { of: Addon, gives: z.array(Addon), title: 'Resolution', about: 'Finds the add-ons that a name may mean.' } as const;
  router.post('/actions/addons/resolve', { ...resolving, takes: Resolving, status: 200, needs: 'view' }, async (http, wish) => {
    const app = wish.app ? await appFor(deps, http, wish.app, 'view') : undefined;
    const found = await show(http, await resolveAddons(deps, http, wish.addon, app));
    const matching = found.filter(({ addon_service: { name } }) => !wish.addon_service || name === wish.addon_service);
    if (matching.length === 0) throw new PlatformError('not_found', "Couldn't find that add-on.");
    return matching;
  });
}

/** What names a plan, an add-on or an app, in either form. */
export function refOf(given: string | { name?: string | undefined; id?: string | undefined }): string {
  return typeof given === 'string' ? given : (given.id ?? given.name ?? '');
}

async function addonOfApp(deps: ApiDeps, http: ApiContext): Promise<Noun> {
  const addon = await findAddon(deps.store, param(http, 'addon'));
  const isThere = addon?.state === 'provisioning' || addon?.state === 'provisioned';
  if (!addon || !isThere || addon.appId !== http.state.app.id) throw new PlatformError('not_found', "Couldn't find that add-on.");
  return addon;
}
