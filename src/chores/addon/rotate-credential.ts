// A provider of ours gives an add-on another password. Killed in the middle, it gives yet another, which is the one that counts.
import { settleRotation } from '../../actions/addon/rotate-credentials.js';
import type { Context } from '../../actions/context.js';
import { endpointsFor } from '../../model/addon/manifest.js';
import { configOf, messageOf } from '../../model/addon/provider-answer.js';
import { PlatformError } from '../../model/errors.js';
import { callProvider } from '../../outbound/call-provider.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { findAddon } from '../../store/addon/addons.js';
import { hasCredential } from '../../store/addon/credentials.js';
import { namespaceOf } from '../../model/addon/credential.js';
import { findPlan, findService, readSecrets } from '../../store/addon/services.js';
import type { Deliver } from '../outbox/work-outbox.js';

export function rotateCredential({ ctx, guard }: { ctx: Context; guard: FetchGuard }): Deliver<'rotation'> {
  return async ({ payload: { addonId, credential } }, { signal }) => {
    const addon = await findAddon(ctx.store, addonId);
    const service = addon && (await findService(ctx.store, addon.serviceId));
    if (!service || addon.state !== 'provisioned' || !(await hasCredential(ctx.store, addonId, namespaceOf(credential)))) return;
    const { manifest, environment, name: user } = service;
    const { password } = await readSecrets(ctx.store, service.id);
    const url = new URL(`/${user}/data/${addonId}/rotate`, endpointsFor(manifest, environment).baseUrl).href;
    const body = { credential, plan: (await findPlan(ctx.store, addon.planId))?.name };
    const answer = await callProvider(guard, { method: 'POST', url, user, password, signal, body });
    if (answer.status !== 200) throw new PlatformError('unavailable', messageOf(answer.body) ?? `${user} answered ${answer.status}`);
    await settleRotation(ctx, addonId, { credential, manifest, config: configOf(answer.body?.['config'], manifest.configVars) });
  };
}
