// An add-on gets another plan, another name, or goes.
import type { Addon } from '../../model/addon/addon.js';
import { checkAddonName } from '../../model/addon/naming.js';
import { PlatformError } from '../../model/errors.js';
import type { User } from '../../model/user.js';
import { listAttachments } from '../../store/addon/attachments.js';
import { updateAddon } from '../../store/addon/addons.js';
import { findPlan, findService } from '../../store/addon/services.js';
import type { Context } from '../context.js';
import { withAddon } from './attached-apps.js';
import { askProvider, beginDeprovision } from './settle.js';
import { untilSettled } from './until-settled.js';

/** Asks the provider for another plan, and waits a while for it. Throws `invalid_params` with its words where it refuses. */
export async function changePlan(ctx: Context, addon: Addon, ref: string): Promise<Addon> {
  const service = await findService(ctx.store, addon.serviceId);
  const plan = await findPlan(ctx.store, ref.includes(':') || !service ? ref : `${service.name}:${ref}`);
  if (!plan || plan.serviceId !== addon.serviceId) throw new PlatformError('not_found', "Couldn't find that plan.");
  if (plan.id === addon.planId && addon.wantedPlanId === null) return addon;
  const found = await withAddon(ctx, addon.id, async ({ store, addon: now }) => {
    if (now.state !== 'provisioned')
      throw new PlatformError('invalid_params', `${now.name} is ${now.state}: its plan can't be changed now.`);
    await updateAddon(store, addon.id, { wantedPlanId: plan.id });
    await askProvider(store, now);
    return [];
  });
  if (!found) throw new PlatformError('not_found', "Couldn't find that add-on.");
  const settled = await untilSettled(ctx, { ...found, wantedPlanId: plan.id }, ({ wantedPlanId }) => wantedPlanId === null);
  if (settled.wantedPlanId === null && settled.planId !== plan.id)
    throw new PlatformError('invalid_params', settled.message ?? `${service?.name} could not change the plan.`);
  return settled;
}

/** Throws `invalid_params` for a name that is wrong or taken. */
export async function renameAddon(ctx: Context, addon: Addon, name: string): Promise<Addon> {
  checkAddonName(name);
  return (await updateAddon(ctx.store, addon.id, { name })) ?? addon;
}

/** Takes it off all apps at once, and waits a while until its provider has let it go. Throws `invalid_params` while others have it. */
export async function destroyAddon(ctx: Context, addon: Addon, { user, isForced }: { user: User; isForced: boolean }): Promise<Addon> {
  const others = (await listAttachments(ctx.store, { addonId: addon.id })).filter(({ appId }) => appId !== addon.appId);
  if (others.length > 0 && !isForced)
    throw new PlatformError(
      'invalid_params',
      `${addon.name} is attached to ${others.length} other app(s): detach it there, or destroy it with --force.`,
    );
  await beginDeprovision(ctx, addon.id, { userId: user.id });
  return untilSettled(
    ctx,
    addon,
    ({ state, acceptedAt }) => state === 'deprovisioned' || (state === 'deprovisioning' && acceptedAt !== null),
  );
}
