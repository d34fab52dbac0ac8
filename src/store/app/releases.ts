import { sql } from 'kysely';
import type { ConfigVars } from '../../model/config-vars.js';
import { valuesOf, type OwnedVars } from '../../model/addon/owned-vars.js';
import type { Release, ReleaseStatus } from '../../model/release.js';
import type { Page, Range } from '../../model/page.js';
import { readPage, type SortKey } from '../read-page.js';
import { openVars, sealVars } from './config-vars.js';
import type { Store } from '../open-store.js';

const SORTED_BY: Record<string, SortKey> = {
  version: { column: 'version', kind: 'number' },
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};

const COLUMNS = [
  'id',
  'appId',
  'version',
  'status',
  'description',
  'slugId',
  'userId',
  'hasOutput',
  'attachments',
  'createdAt',
  'updatedAt',
] as const;

type NewRelease = Pick<Release, 'appId' | 'status' | 'description' | 'slugId' | 'userId' | 'hasOutput'> & {
  configVars: OwnedVars;
  attachments?: Release['attachments'];
};

/** Appends to the ledger under the next version number; the counter's row lock keeps numbers without gaps. */
export async function appendRelease({ db, key }: Store, { configVars, attachments = [], ...release }: NewRelease): Promise<Release> {
  const counter = await db
    .updateTable('apps')
    .set({ releaseCounter: sql<number>`release_counter + 1`, releasedAt: sql<Date>`now()`, updatedAt: sql<Date>`now()` })
    .where('id', '=', release.appId)
    .returning('releaseCounter')
    .executeTakeFirstOrThrow();
  return db
    .insertInto('releases')
    .values({
      ...release,
      version: counter.releaseCounter,
      attachments: JSON.stringify(attachments),
      configSealed: sealVars(key, configVars),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** An app's releases, newest first. */
export function listReleases({ db }: Store, appId: string, limit = 1000): Promise<Release[]> {
  return db.selectFrom('releases').select(COLUMNS).where('appId', '=', appId).orderBy('version', 'desc').limit(limit).execute();
}

/** A part of an app's ledger. */
export function pageOfReleases({ db }: Store, appId: string, range: Range): Promise<Page<Release>> {
  return readPage(db.selectFrom('releases').select(COLUMNS).where('appId', '=', appId), range, SORTED_BY);
}

/** By id or by version number. */
export function findRelease({ db }: Store, appId: string, ref: string | number): Promise<Release | undefined> {
  const query = db.selectFrom('releases').select(COLUMNS).where('appId', '=', appId);
  return typeof ref === 'number'
    ? query.where('version', '=', ref).executeTakeFirst()
    : query.where(sql<string>`id::text`, '=', ref).executeTakeFirst();
}

export function findReleaseById({ db }: Store, id: string): Promise<Release | undefined> {
  return db.selectFrom('releases').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** The one that runs: the newest that succeeded. */
export function currentRelease({ db }: Store, appId: string): Promise<Release | undefined> {
  return db
    .selectFrom('releases')
    .select(COLUMNS)
    .where('appId', '=', appId)
    .where('status', '=', 'succeeded')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What runs, or is about to: the newest that hasn't failed. */
export function presentRelease({ db }: Store, appId: string): Promise<Release | undefined> {
  return db
    .selectFrom('releases')
    .select(COLUMNS)
    .where('appId', '=', appId)
    .where('status', 'in', ['succeeded', 'pending'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Releases whose job has not ended, oldest first. */
export function listPendingReleases({ db }: Store): Promise<Release[]> {
  return db.selectFrom('releases').select(COLUMNS).where('status', '=', 'pending').orderBy('createdAt').execute();
}

/** Ends a pending release; undefined when it had ended already. */
export function finishRelease({ db }: Store, id: string, status: Exclude<ReleaseStatus, 'pending'>): Promise<Release | undefined> {
  return db
    .updateTable('releases')
    .set({ status, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** The config vars a release was made with. */
export async function releaseConfigVars(store: Store, releaseId: string): Promise<ConfigVars> {
  return valuesOf(await releaseOwnedVars(store, releaseId));
}

/** The same, with their owners. */
export async function releaseOwnedVars({ db, key }: Store, releaseId: string): Promise<OwnedVars> {
  const row = await db.selectFrom('releases').select('configSealed').where('id', '=', releaseId).executeTakeFirst();
  return openVars(key, row?.configSealed);
}
