// Has a backup proved, and says what came of it: in its row, in the logs of the apps that have its database, and, by its row, to webhooks.
import { log } from '../../lib/log.js';
import { describeProof, transferName, type Transfer } from '../../model/backup/transfer.js';
import { addLine, changeTransfer } from '../../store/backup/transfers.js';
import { NotAsSealed } from '../../store/backup/sealed-stream.js';
import type { Offer } from '../offer.js';
import { sayToApps } from '../say-to-apps.js';
import { ownerOf } from './carry-out.js';
import { prove } from './prove.js';
import { TransferFault, type BackupParts } from './transfer-work.js';

/** Throws where nothing could be found out: it is due as before. */
export async function proveBackup(parts: BackupParts, offer: Offer, backup: Transfer, signal: AbortSignal): Promise<void> {
  const { store } = parts;
  if (signal.aborted) return;
  const owner = await ownerOf(parts, offer, backup).catch((error: Error) => {
    if (error instanceof TransferFault) return null;
    throw error;
  });
  // Whatever a backup is worth whose database is gone, nobody would be told.
  if (!owner) return void (await changeTransfer(store, backup.id, { proof: null }));
  const transfer = await changeTransfer(store, backup.id, { proof: 'running' });
  if (!transfer) return;
  const outcome = await prove({ parts, offer, ...owner, transfer, signal }).catch(async (error: Error) => {
    if (error instanceof TransferFault || error instanceof NotAsSealed) return error;
    await changeTransfer(store, backup.id, { proof: 'due' });
    throw error;
  });
  const found =
    outcome instanceof Error
      ? ({ proof: 'failed', proofReason: outcome.message } as const)
      : ({ proof: 'verified', proofTables: outcome.tables, proofRows: outcome.rows, proofReason: null } as const);
  const done = await changeTransfer(store, backup.id, { ...found, proofAt: new Date() });
  if (!done) return;
  const text = describeProof(done) ?? '';
  await addLine(store, done.id, text);
  await sayToApps(parts, offer.kind, owner.addon, `backup ${transferName(done)} ${text}`);
  log('backup-proved', { transfer: done.id, proof: done.proof, ...(done.proofReason !== null && { reason: done.proofReason }) });
}
