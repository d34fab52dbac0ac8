// Asks for a backup of a database, or a restore into it; whoever runs databases does it, in its turn.
import type { Addon } from '../../model/addon/addon.js';
import { transferName, type Transfer } from '../../model/backup/transfer.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { listAttachments } from '../../store/addon/attachments.js';
import { insertTransfer, transferUnderWay } from '../../store/backup/transfers.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';

type Wish = { kind: 'backup' } | ({ kind: 'restore' } & ({ backupId: string } | { url: string }));

/** Throws `conflict` while another of its database waits or goes on. */
export async function beginTransfer(ctx: Context, addon: Addon, user: Pick<User, 'id' | 'email'>, wish: Wish): Promise<Transfer> {
  const { appId, id: addonId } = addon;
  if (appId === null) throw new PlatformError('not_found', "Couldn't find that add-on.");
  const transfer = await inTransaction(ctx.store, async (store) => {
    const other = await transferUnderWay(store, addonId);
    if (other) {
      const name = transferName(other);
      throw new PlatformError(
        'conflict',
        `${name} of ${addon.name} is under way: wait for its end, or end it with pg:backups:cancel ${name}.`,
      );
    }
    const name = await nameOf(store, addon);
    return insertTransfer(store, { appId, addonId, isScheduled: false, name, userId: user.id, ...wish });
  });
  const verb = wish.kind === 'backup' ? 'Capture backup' : 'Restore';
  ctx.lines.write(appId, apiLine(Date.now(), `${verb} ${transferName(transfer)} of ${addon.name} by user ${user.email}`));
  await ctx.bus.publish('transfers-changed', { addonId });
  return transfer;
}

/** `DATABASE` where its app calls it so, or as it does. */
export async function nameOf(store: Store, addon: Addon): Promise<string> {
  const names = (await listAttachments(store, { addonId: addon.id })).filter(({ appId }) => appId === addon.appId).map(({ name }) => name);
  return names.find((name) => name === 'DATABASE') ?? names[0] ?? addon.name;
}
