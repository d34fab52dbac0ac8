// Backups and restores, and what was said of each.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, unseal } from '../../lib/seal.js';
import type { Transfer, TransferLine } from '../../model/backup/transfer.js';
import type { Store } from '../open-store.js';

type NewTransfer = Pick<Transfer, 'appId' | 'addonId' | 'kind' | 'isScheduled' | 'name' | 'userId'> & {
  backupId?: string;
  /** Where it comes from; kept sealed, since it may open what it leads to. */
  url?: string;
};

const COLUMNS = [
  'id',
  'appId',
  'addonId',
  'num',
  'kind',
  'isScheduled',
  'state',
  'name',
  'userId',
  'backupId',
  'sourceBytes',
  'processedBytes',
  'storedBytes',
  'warnings',
  'reason',
  'cancelAskedAt',
  'startedAt',
  'endedAt',
  'proof',
  'proofTables',
  'proofRows',
  'proofReason',
  'proofAt',
  'createdAt',
  'updatedAt',
] as const;
const MOST_LINE_CHARS = 1_000;

/** With the next number of its app. Throws `conflict` where another of its database waits or runs. To be called in a transaction. */
export async function insertTransfer({ db, key }: Store, { url, ...transfer }: NewTransfer): Promise<Transfer> {
  const { last } = await db
    .insertInto('transferCounters')
    .values({ appId: transfer.appId, last: 1 })
    .onConflict((conflict) => conflict.column('appId').doUpdateSet({ last: sql<number>`transfer_counters.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow();
  const values = { ...transfer, num: last, ...(url !== undefined && { urlSealed: seal(key, url) }) };
  return db.insertInto('transfers').values(values).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** An app's, newest first. */
export function listTransfers({ db }: Store, appId: string): Promise<Transfer[]> {
  return db.selectFrom('transfers').select(COLUMNS).where('appId', '=', appId).orderBy('num', 'desc').execute();
}

/** A database's. */
export function listTransfersOfAddon({ db }: Store, addonId: string): Promise<Transfer[]> {
  return db.selectFrom('transfers').select(COLUMNS).where('addonId', '=', addonId).orderBy('createdAt', 'desc').execute();
}

export function findTransferById({ db }: Store, id: string): Promise<Transfer | undefined> {
  return db.selectFrom('transfers').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** By its number or id. */
export async function findTransfer({ db }: Store, appId: string, ref: string): Promise<Transfer | undefined> {
  const ofApp = db.selectFrom('transfers').select(COLUMNS).where('appId', '=', appId);
  if (isUuid(ref)) return ofApp.where('id', '=', ref).executeTakeFirst();
  return /^\d{1,9}$/.test(ref) ? ofApp.where('num', '=', Number(ref)).executeTakeFirst() : undefined;
}

/** The database's that waits or runs. */
export function transferUnderWay({ db }: Store, addonId: string): Promise<Transfer | undefined> {
  const ofAddon = db.selectFrom('transfers').select(COLUMNS).where('addonId', '=', addonId);
  return ofAddon.where('state', 'in', ['pending', 'running']).executeTakeFirst();
}

/** Those that wait, go on, or are to be proved; the longest first. */
export function listUnfinished({ db }: Store): Promise<Transfer[]> {
  const all = db.selectFrom('transfers').select(COLUMNS);
  const isUnfinished = all.where((eb) => eb.or([eb('state', 'in', ['pending', 'running']), eb('proof', 'in', ['due', 'running'])]));
  return isUnfinished.orderBy('createdAt').execute();
}

type TransferChange = Partial<Omit<Transfer, 'id' | 'createdAt' | 'updatedAt'>>;

/** Changes it where it is in one of these states; undefined where it isn't, or is gone. */
export function changeTransfer(
  { db }: Store,
  id: string,
  { from, ...change }: TransferChange & { from?: readonly Transfer['state'][] },
): Promise<Transfer | undefined> {
  let query = db
    .updateTable('transfers')
    .set({ ...change, updatedAt: sql<Date>`now()` })
    .where('id', '=', id);
  if (from) query = query.where('state', 'in', from);
  return query.returning(COLUMNS).executeTakeFirst();
}

/** With what was said of it. */
export async function deleteTransfer({ db }: Store, id: string): Promise<boolean> {
  const done = await db.deleteFrom('transfers').where('id', '=', id).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Where a restore comes from; null where that is a backup of ours. */
export async function readTransferUrl({ db, key }: Store, id: string): Promise<string | null> {
  const row = await db.selectFrom('transfers').select('urlSealed').where('id', '=', id).executeTakeFirst();
  return row?.urlSealed ? unseal(key, row.urlSealed) : null;
}

export function addLine({ db }: Store, transferId: string, text: string): Promise<unknown> {
  return db
    .insertInto('transferLines')
    .values({ transferId, text: text.slice(0, MOST_LINE_CHARS) })
    .execute();
}

export function listLines({ db }: Store, transferId: string): Promise<TransferLine[]> {
  return db.selectFrom('transferLines').select(['text', 'createdAt']).where('transferId', '=', transferId).orderBy('id').execute();
}

/** Backups whose rows went, and whose content is still to go. */
export async function listGone({ db }: Store): Promise<string[]> {
  return (await db.selectFrom('goneTransfers').select('id').execute()).map(({ id }) => id);
}

export function forgetGone({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('goneTransfers').where('id', '=', id).execute();
}

/** When a backup of the database was verified last. */
export async function lastProofAt({ db }: Store, addonId: string): Promise<Date | null> {
  const row = await db
    .selectFrom('transfers')
    .select(({ fn }) => fn.max('proofAt').as('at'))
    .where('addonId', '=', addonId)
    .executeTakeFirst();
  return row?.at ?? null;
}
