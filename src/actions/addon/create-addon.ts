// A new add-on: its row, its attachment, and word to the provider, in one transaction; so there is never one that nobody knows.
import { MOST_ADDONS, type Addon, type Plan } from '../../model/addon/addon.js';
import { attachedVars, attachmentName, checkAddonName, defaultAttachmentName, generateAddonName } from '../../model/addon/naming.js';
import type { App } from '../../model/app.js';
import type { ConfigVars } from '../../model/config-vars.js';
import { PlatformError } from '../../model/errors.js';
import type { User } from '../../model/user.js';
import { insertAddon, listAddons } from '../../store/addon/addons.js';
import { findPlan, findService, type Service } from '../../store/addon/services.js';
import { lockApp } from '../../store/app/apps.js';
import { readOwnedVars } from '../../store/app/config-vars.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { tellRelease } from '../release/tell-release.js';
import { attachmentNames, makeAttachment } from './attach.js';
import { askProvider } from './settle.js';
import { untilSettled } from './until-settled.js';

/** With a provider that fails: it is tried again, but nobody is kept waiting. */
const PATIENCE_MS = 5_000;

interface NewAddon {
  app: App;
  user: User;
  /** `acme:basic`, or `acme` for its default plan. */
  plan: string;
  name?: string | undefined;
  attachment?: string | undefined;
  /** What the provider is asked for beyond the plan. */
  options: ConfigVars;
  confirm?: string | undefined;
  /** Where the provider reaches the API. */
  apiUrl: string;
}

/** Creates an add-on, and waits a while for its provider. Throws `invalid_params` with the provider's words where it refuses. */
export async function createAddon(ctx: Context, o: NewAddon): Promise<Addon> {
  if (o.name !== undefined) checkAddonName(o.name);
  const { plan, service } = await chosenPlan(ctx.store, o.plan);
  const { addon, released } = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, o.app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    await checkMany(store, o.app, service);
    const name = await chosenAttachment(store, o, service);
    const made = await insertNamed(store, { ...o, plan, service });
    const { released: before } = await makeAttachment(store, { app: o.app, user: o.user, addon: made, name, confirm: o.confirm });
    await askProvider(store, made);
    return { addon: made, released: before };
  });
  if (released) await tellRelease(ctx, released, o.user);
  await ctx.bus.publish('outbox-written', {});
  const since = Date.now();
  const isOver = ({ state, acceptedAt, message }: Addon) =>
    state !== 'provisioning' || acceptedAt !== null || (message !== null && Date.now() - since > PATIENCE_MS);
  const settled = await untilSettled(ctx, addon, isOver);
  if (settled.state === 'deprovisioning' || settled.state === 'deprovisioned')
    throw new PlatformError('invalid_params', settled.message ?? `${service.name} could not create it.`);
  return settled;
}

async function chosenPlan(store: Store, ref: string): Promise<{ plan: Plan; service: Service }> {
  const plan = await findPlan(store, ref);
  const service = plan && (await findService(store, plan.serviceId));
  if (plan && service) return { plan, service };
  const known = await findService(store, ref.split(':')[0] ?? '');
  throw known
    ? new PlatformError('not_found', `Couldn't find that plan. See the plans of ${known.name}: paas addons:plans ${known.name}`)
    : new PlatformError('not_found', "Couldn't find that add-on service.");
}

async function checkMany(store: Store, app: App, { id, name, manifest }: Service): Promise<void> {
  const all = await listAddons(store, { appId: app.id });
  if (all.length >= MOST_ADDONS)
    throw new PlatformError('invalid_params', `An app has ${MOST_ADDONS} add-ons at most. Destroy some that it doesn't need any more.`);
  const present = all.find(({ serviceId }) => serviceId === id);
  if (present && !manifest.isManyPerApp)
    throw new PlatformError('invalid_params', `${app.name} has an add-on of ${name} already: ${present.name}.`);
}

/** The name that is wished for, or the first whose config vars are free. */
async function chosenAttachment(store: Store, o: NewAddon, { manifest }: Service): Promise<string> {
  const vars = await readOwnedVars(store, o.app.id);
  const declared = Object.fromEntries(manifest.configVars.map((key) => [key, '']));
  const clash = (name: string) =>
    Object.keys(attachedVars({ prefix: manifest.prefix, name }, declared)).find((key) => {
      const owner = Object.hasOwn(vars, key) ? vars[key]?.owner : undefined;
      return owner !== undefined && 'user' in owner;
    });
  if (o.attachment !== undefined) {
    const name = attachmentName(o.attachment);
    const taken = clash(name);
    if (taken !== undefined)
      throw new PlatformError('invalid_params', `The config var ${taken} is set already: unset it, or attach under another name.`);
    return name;
  }
  const taken = new Set(await attachmentNames(store, o.app.id));
  return defaultAttachmentName({ service: manifest.id, prefix: manifest.prefix }, (name) => taken.has(name) || clash(name) !== undefined);
}

async function insertNamed(store: Store, o: Omit<NewAddon, 'plan'> & { plan: Plan; service: Service }): Promise<Addon> {
  const row = { appId: o.app.id, serviceId: o.service.id, planId: o.plan.id, userId: o.user.id, options: o.options, callbackUrl: o.apiUrl };
  for (;;) {
    const addon = await insertAddon(store, { ...row, name: o.name ?? generateAddonName(o.service.name, Math.random) });
    if (addon) return addon;
    if (o.name !== undefined) throw new PlatformError('invalid_params', `Name ${o.name} is already taken`);
  }
}
