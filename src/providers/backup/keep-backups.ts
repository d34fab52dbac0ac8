// Has backups captured, restored and proved, as their rows say: what waits is begun, what nobody works on any more is ended. A publish
// wakes it; the rest is found by looking.
import type { Bus } from '../../bus/open-bus.js';
import { removeScratches } from '../../docker/service/scratch.js';
import { limit } from '../../lib/async/limit.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { Transfer } from '../../model/backup/transfer.js';
import { listDueCaptures, nextCaptureAt } from '../../store/backup/backup-schedules.js';
import { listUnfinished } from '../../store/backup/transfers.js';
import type { Offer } from '../offer.js';
import { beginDueCapture } from './due-captures.js';
import { proveBackup } from './prove-backup.js';
import { carryOut, settleLost } from './carry-out.js';
import { forgetExpired, removeGone } from './forget-backups.js';
import type { BackupParts } from './transfer-work.js';

/** What a lost publish didn't tell is found by looking. */
const LOOK_MS = 10_000;
const SWEEP_MS = 3_600_000;
/** Each has its server's CPU and a disk to itself; more make each other slow. */
const BACKUPS_AT_ONCE = 2;
/** Of restores: some come from elsewhere, as slowly as whoever is there likes, and keep no backup waiting. */
const RESTORES_AT_ONCE = 2;
const PROOF_AGAIN_MS = 10 * 60_000;

/** Begins; the returned function stops it. What it cuts off is ended by whoever begins next. */
export function keepBackups(parts: BackupParts & { bus: Bus }, offer: Offer): () => Promise<void> {
  const wake = makeWake();
  const stop = new AbortController();
  const underWay = new Map<string, Promise<unknown>>();
  const places = { backup: limit(BACKUPS_AT_ONCE), restore: limit(RESTORES_AT_ONCE) };
  const proofs = limit(1);
  const notBefore = new Map<string, number>();
  let nextSweep = 0;

  function begin(what: string, work: () => Promise<unknown>): void {
    if (underWay.has(what)) return;
    const done = work()
      .catch((error: Error) => log('backup-fault', { what, error: error.message }))
      .finally(() => {
        underWay.delete(what);
        wake.ring();
      });
    underWay.set(what, done);
  }

  function beginProof(backup: Transfer): void {
    if ((notBefore.get(backup.id) ?? 0) > Date.now()) return;
    begin(proofOf(backup), () =>
      proofs(() => proveBackup(parts, offer, backup, stop.signal)).catch((error: Error) => {
        notBefore.set(backup.id, Date.now() + PROOF_AGAIN_MS);
        throw error;
      }),
    );
  }

  /** Says when to look again, in ms. */
  async function look(): Promise<number> {
    const { store } = parts;
    const now = new Date();
    const next = await nextCaptureAt(store);
    if (next && next <= now) for (const due of await listDueCaptures(store, now)) await beginDueCapture(parts, due, now).catch(tellOf(due));
    for (const each of await listUnfinished(store)) {
      const isLost = each.state === 'running' ? !underWay.has(each.id) : each.proof === 'running' && !underWay.has(proofOf(each));
      if (isLost) await settleLost(parts, offer, each).catch(tellOf(each));
      else if (each.state === 'pending') begin(each.id, () => places[each.kind](() => carryOut(parts, offer, each, stop.signal)));
      else if (each.proof === 'due') beginProof(each);
    }
    if (Date.now() >= nextSweep) {
      nextSweep = Date.now() + SWEEP_MS;
      begin('expired', () => forgetExpired(parts, offer, new Date()));
    }
    await removeGone(parts);
    return Math.min(LOOK_MS, next && next > now ? next.getTime() - now.getTime() : LOOK_MS);
  }

  async function run(): Promise<void> {
    // What an earlier process has begun: nobody works on it any more.
    const left = [parts.backups.files.removePartial(), removeScratches(parts.engine, parts.homeId)];
    for (const end of await Promise.allSettled(left))
      if (end.status === 'rejected') log('backup-fault', { what: 'leftovers', error: (end.reason as Error).message });
    while (!stop.signal.aborted) {
      const pauseMs = await look().catch((error: Error) => {
        log('backup-fault', { what: 'look', error: error.message });
        return LOOK_MS;
      });
      await wake.wait(pauseMs);
    }
  }

  parts.bus.onReconnect(wake.ring);
  const ended = run();
  const listening = parts.bus.subscribe('transfers-changed', wake.ring).catch(() => undefined);
  return async () => {
    stop.abort(new Error('the platform was stopped meanwhile'));
    wake.ring();
    await within(3_000, Promise.all([ended, ...underWay.values()]));
    (await within(1_000, listening))?.();
  };
}

/** As what its proof is under way. */
function proofOf({ id }: Transfer): string {
  return `proof ${id}`;
}

function tellOf({ id }: { id: string }): (error: Error) => void {
  return (error) => log('backup-fault', { what: id, error: error.message });
}
