import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import { seal, sign, unseal } from '../../lib/seal.js';
import type { LogDrain } from '../../model/logs/drain.js';
import type { Store } from '../open-store.js';
import type { Schema } from '../schema.js';

type Row = Omit<Selectable<Schema['logDrains']>, 'urlDigest'>;

const COLUMNS = ['id', 'appId', 'addonId', 'token', 'urlSealed', 'createdAt', 'updatedAt'] as const;

const digestOf = ({ key }: Store, url: string) => sign(key, `log drain ${url}`);
const asDrain = ({ key }: Store, { urlSealed, ...row }: Row): LogDrain => ({ ...row, url: unseal(key, urlSealed) });
const sealed = (store: Store, url: string) => ({ urlSealed: seal(store.key, url), urlDigest: digestOf(store, url) });

/** Inserts one; undefined when its app has the URL already. */
export async function insertLogDrain(store: Store, drain: Pick<LogDrain, 'appId' | 'url'>): Promise<LogDrain | undefined> {
  const row = await store.db
    .insertInto('logDrains')
    .values({ appId: drain.appId, token: `d.${randomUUID()}`, ...sealed(store, drain.url) })
    .onConflict((oc) => oc.columns(['appId', 'urlDigest']).where('addonId', 'is', null).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && asDrain(store, row);
}

/** An add-on's: made, or sent to another URL. */
export async function saveAddonDrain(
  store: Store,
  drain: Pick<LogDrain, 'appId' | 'token' | 'url'> & { addonId: string },
): Promise<LogDrain> {
  const { url, ...rest } = drain;
  const row = await store.db
    .insertInto('logDrains')
    .values({ ...rest, ...sealed(store, url) })
    .onConflict((oc) => oc.column('addonId').doUpdateSet({ ...sealed(store, url), updatedAt: sql<Date>`now()` }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return asDrain(store, row);
}

/** All, an app's, or an add-on's; the oldest first. */
export async function listLogDrains(store: Store, of: { appId?: string; addonId?: string } = {}): Promise<LogDrain[]> {
  let query = store.db.selectFrom('logDrains').select(COLUMNS).orderBy('createdAt').orderBy('id');
  if (of.appId) query = query.where('appId', '=', of.appId);
  if (of.addonId) query = query.where('addonId', '=', of.addonId);
  return (await query.execute()).map((row) => asDrain(store, row));
}

/** One of an app's, by id, token or URL. */
export async function findLogDrain(store: Store, appId: string, ref: string): Promise<LogDrain | undefined> {
  const all = store.db.selectFrom('logDrains').select(COLUMNS).where('appId', '=', appId);
  const one = isUuid(ref)
    ? all.where('id', '=', ref)
    : all.where((eb) => eb.or([eb('token', '=', ref), eb('urlDigest', '=', digestOf(store, ref))]));
  // People's before an add-on's that has the same URL.
  const row = await one.orderBy((eb) => eb('addonId', 'is not', null)).executeTakeFirst();
  return row && asDrain(store, row);
}

/** Whether there is any, of whatever app. */
export async function hasLogDrains({ db }: Store): Promise<boolean> {
  return (await db.selectFrom('logDrains').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** How many of an app's people added. */
export async function countLogDrains({ db }: Store, appId: string): Promise<number> {
  const row = await db
    .selectFrom('logDrains')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('appId', '=', appId)
    .where('addonId', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Whether it was there. */
export async function deleteLogDrain({ db }: Store, id: string): Promise<boolean> {
  return (await db.deleteFrom('logDrains').where('id', '=', id).returning('id').executeTakeFirst()) !== undefined;
}

/** Of an add-on; whether it had one. */
export async function deleteAddonDrain({ db }: Store, addonId: string): Promise<boolean> {
  return (await db.deleteFrom('logDrains').where('addonId', '=', addonId).returning('id').executeTakeFirst()) !== undefined;
}
