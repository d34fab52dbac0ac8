import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, unseal } from '../../lib/seal.js';
import { isGoodFor, type Certificate, type CertificateFacts, type Pair } from '../../model/domain/certificate.js';
import type { Store } from '../open-store.js';

const COLUMNS = [
  'id',
  'appId',
  'name',
  'chain',
  'names',
  'issuer',
  'subject',
  'startsAt',
  'expiresAt',
  'isTrusted',
  'isManaged',
  'createdAt',
  'updatedAt',
] as const;

/** Those of an app, by name. */
export function listCertificates({ db }: Store, appId: string): Promise<Certificate[]> {
  return db.selectFrom('certificates').select(COLUMNS).where('appId', '=', appId).orderBy('name').execute();
}

/** One of an app's, by name or id. */
export function findCertificate({ db }: Store, appId: string, ref: string): Promise<Certificate | undefined> {
  return db
    .selectFrom('certificates')
    .select(COLUMNS)
    .where('appId', '=', appId)
    .where(isUuid(ref) ? 'id' : 'name', '=', ref)
    .executeTakeFirst();
}

type New = CertificateFacts & Pair;

/** Inserts it under a name that is free; its key is sealed. Undefined when the name is taken. */
export function insertCertificate(
  store: Store,
  o: { appId: string; name: string; isManaged?: boolean },
  made: New,
): Promise<Certificate | undefined> {
  return store.db
    .insertInto('certificates')
    .values({ ...o, ...columnsOf(store, made) })
    .onConflict((oc) => oc.column('name').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Puts another in its place: name and domains stay. `isManaged` says whose the new one is. */
export function replaceCertificate(store: Store, o: { id: string; isManaged: boolean }, made: New): Promise<Certificate | undefined> {
  const { id, isManaged } = o;
  return store.db
    .updateTable('certificates')
    .set({ ...columnsOf(store, made), isManaged, warnedDays: null, updatedAt: sql`now()` })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
}

function columnsOf({ key: homeKey }: Store, { key, ...rest }: New) {
  return { ...rest, keySealed: seal(homeKey, key) };
}

/** Whether it was there. What used it is due for an automatic one at once, where its app has them made. To be called in a transaction. */
export async function deleteCertificate({ db }: Store, id: string): Promise<boolean> {
  await db
    .updateTable('domains')
    .set({ acmStatus: null, acmReason: null, acmFailures: 0, acmNextAt: null })
    .where('certificateId', '=', id)
    .execute();
  const gone = await db.deleteFrom('certificates').where('id', '=', id).returning('id').executeTakeFirst();
  return gone !== undefined;
}

/** The chain and the key, opened: for the router. */
export async function readPair({ db, key }: Store, id: string): Promise<Pair | undefined> {
  const row = await db.selectFrom('certificates').select(['chain', 'keySealed']).where('id', '=', id).executeTakeFirst();
  return row && { chain: row.chain, key: unseal(key, row.keySealed) };
}

/** Lets those of an app's domains that use none use the first of its certificates that is good for them, the longest first. */
export async function assignCertificates({ db }: Store, appId: string): Promise<void> {
  const without = await db
    .selectFrom('domains')
    .select(['id', 'hostname'])
    .where('appId', '=', appId)
    .where('certificateId', 'is', null)
    .execute();
  if (without.length === 0) return;
  const all = await db.selectFrom('certificates').select(['id', 'names']).where('appId', '=', appId).orderBy('expiresAt', 'desc').execute();
  for (const { id, hostname } of without) {
    const good = all.find(({ names }) => isGoodFor(names, hostname));
    if (good) await db.updateTable('domains').set({ certificateId: good.id }).where('id', '=', id).execute();
  }
}

export interface Expiring {
  id: string;
  appId: string;
  name: string;
  names: string[];
  expiresAt: Date;
  isManaged: boolean;
  /** How many days before its end its owner was told last. */
  warnedDays: number | null;
}

/** Those that end before a moment. */
export function listExpiring({ db }: Store, before: Date): Promise<Expiring[]> {
  return db
    .selectFrom('certificates')
    .select(['id', 'appId', 'name', 'names', 'expiresAt', 'isManaged', 'warnedDays'])
    .where('expiresAt', '<', before)
    .orderBy('expiresAt')
    .execute();
}

export function noteWarned({ db }: Store, id: string, warnedDays: number): Promise<unknown> {
  return db.updateTable('certificates').set({ warnedDays }).where('id', '=', id).execute();
}
