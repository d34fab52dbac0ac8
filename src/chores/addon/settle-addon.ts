// Brings an add-on to where its row says that it is to be, by the one call to its provider that is due. Killed in the middle, it is
// called again: the provider knows by the uuid that it is the same.
import { beginDeprovision, settleDeprovisioned, settlePlan, settleProvisioned } from '../../actions/addon/settle.js';
import type { Context } from '../../actions/context.js';
import { setAddonDrain } from '../../actions/drain/set-addon-drain.js';
import { log } from '../../lib/log.js';
import type { Addon } from '../../model/addon/addon.js';
import { endpointsFor } from '../../model/addon/manifest.js';
import { drainTokenFor, logInputUrl } from '../../model/addon/log-access.js';
import { configOf, messageOf, providerIdOf, verdictOf } from '../../model/addon/provider-answer.js';
import { makeProviderToken } from '../../model/addon/provider-token.js';
import { messageFor, PlatformError } from '../../model/errors.js';
import { callProvider, type ProviderAnswer } from '../../outbound/call-provider.js';
import { isFetchFault } from '../../outbound/fetch-fault.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { findAddon, readAddonOptions, updateAddon } from '../../store/addon/addons.js';
import { findPlan, findService, readSecrets, type Service } from '../../store/addon/services.js';
import type { Deliver } from '../outbox/work-outbox.js';

interface Work {
  ctx: Context;
  /** Hosts that log drains may lead to though they are not public. */
  fetchAllow: readonly string[];
  addon: Addon;
  service: Service;
  call: (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<ProviderAnswer>;
}

type Needs = Pick<Work, 'ctx' | 'fetchAllow'> & { guard: FetchGuard };

export function settleAddon({ ctx, guard, fetchAllow }: Needs): Deliver<'addon'> {
  return async ({ payload }, { signal, isLast }) => {
    const addon = await findAddon(ctx.store, payload.addonId);
    const service = addon && (await findService(ctx.store, addon.serviceId));
    if (!addon || !service) return;
    const { baseUrl } = endpointsFor(service.manifest, service.environment);
    const { password } = await readSecrets(ctx.store, service.id);
    const work: Work = {
      ctx,
      fetchAllow,
      addon,
      service,
      call: (method, path, body) =>
        callProvider(guard, { method, url: baseUrl + path, user: service.name, password, signal, ...(body && { body }) }),
    };
    try {
      await settle(work);
    } catch (error) {
      await noteFailure(work, error as Error, isLast);
      throw error;
    }
  };
}

async function settle(work: Work): Promise<void> {
  const { addon } = work;
  if (addon.state === 'provisioning' && addon.acceptedAt === null) return provision(work);
  // It called back before its answer was kept, which was cut off then.
  if (addon.state === 'provisioned' && addon.providerId === null) {
    const providerId = await askForId(work);
    return providerId === null ? undefined : settle({ ...work, addon: { ...addon, providerId } });
  }
  if (addon.state === 'provisioned' && addon.wantedPlanId !== null) return changePlan(work);
  if (addon.state === 'deprovisioning') return deprovision(work);
}

async function provision(work: Work): Promise<void> {
  const { ctx, addon, service } = work;
  const answer = await create(work);
  const message = messageOf(answer.body);
  const providerId = providerIdOf(answer.body);
  const verdict = verdictOf(answer.status);
  if (verdict === 'refused') return settleDeprovisioned(ctx, addon.id, { message: message ?? `${service.name} refused: ${answer.status}` });
  if (verdict === 'again') throw notNow(message ?? `${service.name} answered ${answer.status}`);
  if (providerId === null) throw notNow(`${service.name} answered without an id`);
  await updateAddon(ctx.store, addon.id, { providerId, message, ...(verdict === 'later' && { acceptedAt: new Date() }) });
  try {
    await takeDrain(work, answer);
    if (verdict === 'later') return await ctx.bus.publish('addon-changed', { addonId: addon.id });
    const config = configOf(answer.body?.['config'], service.manifest.configVars);
    await settleProvisioned(ctx, addon.id, { manifest: service.manifest, config, message });
  } catch (error) {
    if (messageFor(error, '') === '') throw error;
    await beginDeprovision(ctx, addon.id, { message: unfit(service, error as Error) });
  }
}

/** Where the provider wants the app's log. What its manifest doesn't ask for isn't given. */
async function takeDrain({ ctx, fetchAllow, addon, service }: Work, { body }: ProviderAnswer): Promise<void> {
  const url = body?.['log_drain_url'];
  if (!service.manifest.readsLog || typeof url !== 'string' || url === '') return;
  await setAddonDrain(ctx, addon.id, { url, fetchAllow });
}

async function create({ ctx, addon, service, call }: Work): Promise<ProviderAnswer> {
  await updateAddon(ctx.store, addon.id, { askedAt: addon.askedAt ?? new Date() });
  const grant = makeProviderToken(ctx.store.key, 'grant', addon.id, Date.now());
  return call('POST', '', {
    uuid: addon.id,
    name: addon.name,
    plan: await planName(ctx, addon.planId),
    region: 'amazon-web-services::us-east-1',
    callback_url: `${addon.callbackUrl}/addons/${addon.id}`,
    oauth_grant: { code: grant.token, type: 'authorization_code', expires_at: grant.ends?.toISOString() },
    options: await readAddonOptions(ctx.store, addon.id),
    ...(service.manifest.readsLog && { log_drain_token: drainTokenFor(ctx.store.key, addon.id) }),
    ...(service.manifest.writesLog && { log_input_url: logInputUrl(ctx.store.key, addon.id, addon.callbackUrl) }),
  });
}

async function changePlan({ ctx, addon, service, call }: Work): Promise<void> {
  const wanted = addon.wantedPlanId ?? addon.planId;
  const answer = await call('PUT', pathOf(addon), { plan: await planName(ctx, wanted) });
  const message = messageOf(answer.body);
  const verdict = verdictOf(answer.status);
  const { manifest } = service;
  if (verdict === 'again') throw notNow(message ?? `${service.name} answered ${answer.status}`);
  if (verdict === 'refused')
    return settlePlan(ctx, addon.id, { manifest, planId: null, message: message ?? `${service.name} refused: ${answer.status}` });
  const given = answer.body?.['config'];
  try {
    const config = given === undefined || given === null ? {} : { config: configOf(given, manifest.configVars) };
    await settlePlan(ctx, addon.id, { manifest, planId: wanted, message, ...config });
  } catch (error) {
    if (messageFor(error, '') === '') throw error;
    // It has the plan, and would give the same when it is asked again.
    await settlePlan(ctx, addon.id, { manifest, planId: wanted, message: unfit(service, error as Error) });
  }
}

function unfit({ name }: Service, { message }: Error): string {
  return `${name} gave what can't be taken. ${message}`;
}

async function deprovision(work: Work): Promise<void> {
  const { ctx, addon, service, call } = work;
  const id = addon.providerId ?? (addon.askedAt === null ? null : await askForId(work));
  if (id === null) return settleDeprovisioned(ctx, addon.id);
  const { status, body } = await call('DELETE', pathOf({ providerId: id }));
  const verdict = status === 404 || status === 410 ? 'done' : verdictOf(status);
  if (verdict === 'later') {
    await updateAddon(ctx.store, addon.id, { acceptedAt: new Date() });
    return ctx.bus.publish('addon-changed', { addonId: addon.id });
  }
  // A provider that refuses still has it: it is asked until it lets go.
  if (verdict !== 'done') throw notNow(messageOf(body) ?? `${service.name} answered ${status}`);
  return settleDeprovisioned(ctx, addon.id);
}

/** It was asked for, and its answer never came: asked once more by the same uuid, the provider tells what it has. Null for nothing. */
async function askForId(work: Work): Promise<string | null> {
  const answer = await create(work);
  const verdict = verdictOf(answer.status);
  if (verdict === 'refused') return null;
  const id = providerIdOf(answer.body);
  if (verdict === 'again' || id === null) throw notNow(`${work.service.name} doesn't say what it has: ${answer.status}`);
  await updateAddon(work.ctx.store, work.addon.id, { providerId: id });
  if (work.addon.state === 'provisioned')
    await takeDrain(work, answer).catch((error: Error) => log('drain-not-taken', { error: error.message }));
  return id;
}

/** What went wrong is told with the add-on. Nobody waits longer for one that can't be made: it is taken back. */
async function noteFailure({ ctx, addon }: Work, error: Error, isLast: boolean): Promise<void> {
  if (addon.state !== 'provisioning') return;
  const message = messageFor(error, 'The platform could not ask its provider');
  await updateAddon(ctx.store, addon.id, { message: `${message}. It is tried again.`.replace('..', '.') });
  // Nobody was asked at an address that may not be: the operator has to allow it first.
  if (isFetchFault(error, 'refused') && addon.askedAt === null) return settleDeprovisioned(ctx, addon.id, { message });
  if (!isLast) return;
  log('addon-given-up', { addon: addon.name, error: error.message });
  await beginDeprovision(ctx, addon.id, { message });
}

/** What the provider said, which is for whoever wants the add-on; it is asked again. */
function notNow(message: string): PlatformError {
  return new PlatformError('unavailable', message);
}

function pathOf({ providerId }: Pick<Addon, 'providerId'>): string {
  return `/${encodeURIComponent(providerId ?? '')}`;
}

/** As the provider knows it: without the service's name. */
async function planName(ctx: Context, planId: string): Promise<string> {
  const name = (await findPlan(ctx.store, planId))?.name ?? '';
  return name.slice(name.indexOf(':') + 1);
}
