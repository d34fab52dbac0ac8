// Scaling changes the formation; the dyno manager makes it so. No release.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { applyQuantity, type FormationEntry } from '../../model/formation.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { listFormation, setFormation } from '../../store/app/formations.js';
import { wakeDynos } from '../../store/app/idle-dynos.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';
import { checkFits, checkMost, sizeOf } from './size-of.js';

export interface ScaleUpdate {
  type: string;
  /** `3`, `"+1"`, `"-1"`; the present one when absent. */
  quantity?: number | string | undefined;
  size?: string | undefined;
}

/** Applies all updates or none, and returns the entries that were named. Throws `not_found`, `invalid_params`. */
export async function scale(ctx: Context, app: App, user: User, updates: ScaleUpdate[]): Promise<FormationEntry[]> {
  const changed = await inTransaction(ctx.store, async (store) => {
    const quota = await holdQuota(store, ctx.quotas, 'dynos', app.ownerId);
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const present = await listFormation(store, app.id);
    const entries = updates.map((update) => nextEntry(ctx, app.id, present, update));
    for (const entry of entries) if (entry.quantity > 0) await checkFits(ctx, ctx.sizes.of(entry));
    const more = entries.reduce((sum, entry) => sum + entry.quantity - quantityOf(present, entry.type), 0);
    if (more > 0) await quota.check(more);
    const saved = [];
    for (const entry of entries) saved.push(await setFormation(store, entry));
    await wakeDynos(store, app.id, new Date());
    return saved;
  });
  const text = changed.map((entry) => `${entry.type}@${entry.quantity}:${entry.size}`).join(' ');
  ctx.lines.write(app.id, apiLine(Date.now(), `Scaled to ${text} by user ${user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
  await ctx.queue.enqueue('reconcile', { appId: app.id });
  return changed;
}

function quantityOf(present: FormationEntry[], type: string): number {
  return present.find((each) => each.type === type)?.quantity ?? 0;
}

function nextEntry(ctx: Context, appId: string, present: FormationEntry[], update: ScaleUpdate) {
  const entry = present.find((each) => each.type === update.type);
  if (!entry) throw new PlatformError('not_found', `Couldn't find that process type (${update.type}).`);
  const size = sizeOf(ctx, update.size, entry);
  const quantity = update.quantity === undefined ? entry.quantity : applyQuantity(entry.quantity, update.quantity);
  checkMost(entry, { size, quantity });
  return { appId, type: entry.type, quantity, size: size.name };
}
