import { isOver, transferName, type Transfer } from '../../model/backup/transfer.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { changeTransfer } from '../../store/backup/transfers.js';
import type { Context } from '../context.js';

/** Has it end: at once while it waits, soon where it goes on. Throws `invalid_params` when it is over. */
export async function cancelTransfer(ctx: Context, transfer: Transfer, user: Pick<User, 'email'>): Promise<Transfer> {
  const now = new Date();
  const waiting = { state: 'cancelled', reason: 'it was cancelled', endedAt: now, cancelAskedAt: now } as const;
  const ended =
    (await changeTransfer(ctx.store, transfer.id, { from: ['pending'], ...waiting })) ??
    (await changeTransfer(ctx.store, transfer.id, { from: ['running'], cancelAskedAt: now }));
  if (isOver(transfer) || !ended) throw new PlatformError('invalid_params', `${transferName(transfer)} is over already.`);
  ctx.lines.write(transfer.appId, apiLine(Date.now(), `Cancel ${transferName(transfer)} by user ${user.email}`));
  await ctx.bus.publish('transfers-changed', { addonId: transfer.addonId });
  return ended;
}
