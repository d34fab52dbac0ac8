import { isOver, transferName, type Transfer } from '../../model/backup/transfer.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { deleteTransfer } from '../../store/backup/transfers.js';
import type { Context } from '../context.js';

/** Removes it, and soon its content. Throws `invalid_params` while it goes on. */
export async function deleteBackup(ctx: Context, transfer: Transfer, user: Pick<User, 'email'>): Promise<void> {
  if (!isOver(transfer))
    throw new PlatformError('invalid_params', `${transferName(transfer)} is under way: end it with pg:backups:cancel first.`);
  await deleteTransfer(ctx.store, transfer.id);
  ctx.lines.write(transfer.appId, apiLine(Date.now(), `Delete ${transferName(transfer)} by user ${user.email}`));
  await ctx.bus.publish('transfers-changed', { addonId: transfer.addonId });
}
