// No resource of a provider's is ever one that nobody asks about: what waits for a provider without a message in the outbox gets one,
// and what a provider promised but never made is taken back.
import { askProvider, beginDeprovision } from '../../actions/addon/settle.js';
import type { Context } from '../../actions/context.js';
import { log } from '../../lib/log.js';
import { listOverdue, listUnsettled } from '../../store/addon/addons.js';

/** Providers that make it later have so long. */
const PROMISED_MS = 12 * 3_600_000;

export async function sweepAddons(ctx: Context, now: number): Promise<void> {
  const overdue = await listOverdue(ctx.store, new Date(now - PROMISED_MS));
  for (const addon of overdue) await beginDeprovision(ctx, addon.id, { message: 'Its provider never said that it is there.' });
  const unsettled = await listUnsettled(ctx.store);
  for (const addon of unsettled) await askProvider(ctx.store, addon);
  if (unsettled.length > 0) await ctx.bus.publish('outbox-written', {});
  if (overdue.length + unsettled.length > 0) log('addons-swept', { overdue: overdue.length, unsettled: unsettled.length });
}
