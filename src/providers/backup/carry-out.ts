// Carries one transfer out, and writes down what became of it.
import { log } from '../../lib/log.js';
import { describeBytes } from '../../model/backup/describe-bytes.js';
import { transferName, type Proof, type Transfer } from '../../model/backup/transfer.js';
import type { Addon } from '../../model/addon/addon.js';
import { findAddon } from '../../store/addon/addons.js';
import { findPlan } from '../../store/addon/services.js';
import { addLine, changeTransfer, findTransferById, lastProofAt } from '../../store/backup/transfers.js';
import { NotAsSealed } from '../../store/backup/sealed-stream.js';
import type { Offer } from '../offer.js';
import { defaultPlan, findServicePlan, type ServicePlan } from '../plan.js';
import { namesOf } from '../names.js';
import { CLEAR_RESTORE, END_TRANSFER } from '../postgresql/transfer-scripts.js';
import { runScript } from '../run-script.js';
import { sayToApps } from '../say-to-apps.js';
import { capture } from './capture.js';
import { forgetExpiredOf } from './forget-backups.js';
import { restore, tookPlace } from './restore.js';
import { Cancelled, nameInServer, namesBeside, runIn, TransferFault, type BackupParts, type Work } from './transfer-work.js';

const PROGRESS_MS = 1_000;
const DAY_MS = 24 * 3_600_000;

/** A pending one; does nothing where it is none any more, or is to wait for who begins next. */
export async function carryOut(parts: BackupParts, offer: Offer, pending: Transfer, stop: AbortSignal): Promise<void> {
  const { store } = parts;
  if (stop.aborted) return;
  const transfer = await changeTransfer(store, pending.id, { from: ['pending'], state: 'running', startedAt: new Date() });
  if (!transfer) return;
  const progress = openProgress(parts, transfer, stop);
  try {
    const { addon, plan } = await ownerOf(parts, offer, transfer);
    const say = (text: string) => addLine(store, transfer.id, text);
    const work: Work = { parts, offer, addon, plan, transfer, signal: progress.signal, passed: progress.passed, say };
    const known = await (transfer.kind === 'backup' ? capture(work) : restore(work));
    await succeed(work, known);
  } catch (error) {
    const end = progress.signal.aborted ? (progress.signal.reason as Error) : (error as Error);
    await endInServer(parts, transfer).catch(() => undefined);
    await fail(parts, offer, transfer, end);
  } finally {
    progress.close();
  }
}

/** One that nobody works on is undone, and has failed; a restore that took its place has not. Throws while its server is away. */
export async function settleLost(parts: BackupParts, offer: Offer, { id }: Pick<Transfer, 'id'>): Promise<void> {
  // It may have come to its end since it was listed.
  const transfer = await findTransferById(parts.store, id);
  if (!transfer) return;
  if (transfer.proof === 'running') await changeTransfer(parts.store, transfer.id, { proof: 'due' });
  if (transfer.state !== 'running') return;
  const addon = await findAddon(parts.store, transfer.addonId);
  if (addon?.state === 'provisioned') {
    await endInServer(parts, transfer);
    const env = { ...namesOf(addon.id), ...namesBeside(transfer) };
    const clear = () => runScript(runIn(parts, addon.id), 'PostgreSQL', { script: CLEAR_RESTORE, env });
    if (transfer.kind === 'restore' && tookPlace(await clear()))
      return succeed({ parts, offer, transfer, ...(await ownerOf(parts, offer, transfer)) }, {});
  }
  await fail(parts, offer, transfer, new TransferFault('the platform was stopped meanwhile'));
}

/** The add-on that it is about, with its plan. */
export async function ownerOf(
  { store }: BackupParts,
  { kind }: Offer,
  { addonId }: Transfer,
): Promise<{ addon: Addon; plan: ServicePlan }> {
  const addon = await findAddon(store, addonId);
  if (addon?.state !== 'provisioned') throw new TransferFault('its database is gone');
  return { addon, plan: findServicePlan(kind.plans, (await findPlan(store, addon.planId))?.name ?? '') ?? defaultPlan(kind.plans) };
}

type Ended = Pick<Work, 'parts' | 'offer' | 'addon' | 'plan' | 'transfer'>;

async function succeed({ parts, offer, addon, plan, transfer }: Ended, known: Partial<Transfer>): Promise<void> {
  const proof = transfer.kind === 'backup' && (await isProofDue(parts, transfer)) ? ('due' satisfies Proof) : null;
  const endedAt = new Date();
  const done = await changeTransfer(parts.store, transfer.id, { ...known, from: ['running'], state: 'succeeded', endedAt, proof });
  if (!done) return parts.backups.files.remove(transfer.id);
  const seconds = Math.max(1, Math.round((endedAt.getTime() - (transfer.startedAt ?? endedAt).getTime()) / 1000));
  const what = `${describeBytes(done.processedBytes)} in ${seconds} s`;
  const text = transfer.kind === 'backup' ? `captured, ${what}` : `restored, ${what}${withWarnings(done.warnings)}`;
  await addLine(parts.store, transfer.id, `${transfer.name} was ${text}`);
  await sayToApps(parts, offer.kind, addon, `${transferName(transfer)} was ${text}`);
  log('transfer-done', { transfer: transfer.id, kind: transfer.kind, addon: addon.id, bytes: done.processedBytes, s: seconds });
  if (transfer.kind === 'backup') await forgetExpiredOf(parts, { addonId: addon.id, plan }, endedAt);
}

/** After each that is captured by the clock; of others once a day. */
async function isProofDue({ store }: BackupParts, { addonId, isScheduled }: Transfer): Promise<boolean> {
  const last = isScheduled ? null : await lastProofAt(store, addonId);
  return last === null || last.getTime() < Date.now() - DAY_MS;
}

function withWarnings(count: number): string {
  return count === 0 ? '' : `; PostgreSQL refused ${count} statement${count === 1 ? '' : 's'} of it, see pg:backups:info`;
}

async function fail(parts: BackupParts, { kind }: Offer, transfer: Transfer, error: Error): Promise<void> {
  const { store } = parts;
  const isCancelled = error instanceof Cancelled;
  const isKnown = isCancelled || error instanceof TransferFault || error instanceof NotAsSealed;
  if (!isKnown) log('transfer-failed', { transfer: transfer.id, addon: transfer.addonId, error: error.message });
  const reason = isCancelled ? 'it was cancelled' : isKnown ? error.message : `it broke off: ${error.message}`;
  const state = isCancelled ? 'cancelled' : 'failed';
  const done = await changeTransfer(store, transfer.id, { from: ['running'], state, reason, endedAt: new Date() });
  if (!done) return;
  if (transfer.kind === 'backup') await parts.backups.files.remove(transfer.id);
  await addLine(store, transfer.id, `${transfer.kind === 'backup' ? 'Backup' : 'Restore'} ${state}: ${reason}`);
  const addon = await findAddon(store, transfer.addonId);
  const unchanged = transfer.kind === 'restore' ? '. Its database is as it was' : '';
  if (addon)
    await sayToApps(parts, kind, addon, `${transferName(transfer)} ${state === 'failed' ? 'failed' : 'ended'}: ${reason}${unchanged}`);
}

async function endInServer(parts: BackupParts, transfer: Transfer): Promise<void> {
  const env = { PGAPPNAME: nameInServer(transfer) };
  await runScript(runIn(parts, transfer.addonId), 'PostgreSQL', { script: END_TRANSFER, env });
}

/** Writes down how far it is, and hears whether somebody wants it to end. Closed, it leaves what it was given to: nothing of that waits. */
function openProgress({ store }: BackupParts, { id }: Transfer, stop: AbortSignal) {
  const end = new AbortController();
  let processedBytes = 0;
  const timer = setInterval(() => {
    void changeTransfer(store, id, { from: ['running'], processedBytes })
      .then((row) => {
        if (!row || row.cancelAskedAt) end.abort(new Cancelled('it was cancelled'));
      })
      .catch(() => undefined);
  }, PROGRESS_MS);
  return {
    signal: AbortSignal.any([stop, end.signal]),
    passed: (bytes: number) => void (processedBytes = bytes),
    close() {
      clearInterval(timer);
      end.abort(new Error('it has ended'));
    },
  };
}
