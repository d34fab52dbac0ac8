import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Domain } from '../../model/domain/domain.js';
import { isWildcard, wildcardsOf } from '../../model/domain/hostname.js';
import type { Store } from '../open-store.js';

const COLUMNS = ['id', 'appId', 'hostname', 'createdAt', 'updatedAt'] as const;

/** Those that were added to an app, by name. */
export function listDomains({ db }: Store, appId: string): Promise<Domain[]> {
  return db.selectFrom('domains').select(COLUMNS).where('appId', '=', appId).orderBy('hostname').execute();
}

/** One of an app's, by host name or id. */
export function findDomain({ db }: Store, appId: string, ref: string): Promise<Domain | undefined> {
  return db
    .selectFrom('domains')
    .select(COLUMNS)
    .where('appId', '=', appId)
    .where(isUuid(ref) ? 'id' : 'hostname', '=', ref)
    .executeTakeFirst();
}

export async function countDomains({ db }: Store, appId: string): Promise<number> {
  const row = await db
    .selectFrom('domains')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('appId', '=', appId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Until the transaction ends nobody else adds a domain: two that stand in each other's way don't come at once. */
export function holdDomains({ db }: Store): Promise<unknown> {
  return sql`select pg_advisory_xact_lock(hashtext('slipway domains'))`.execute(db);
}

/**
 * The app that a host name is taken by: the one that has it; or one of another owner's that has a wildcard it falls under, or,
 * where it is a wildcard itself, names below it.
 */
export async function takenBy({ db }: Store, hostname: string, ownerId: string): Promise<string | undefined> {
  const below = isWildcard(hostname) ? sql<boolean>`right(hostname, ${hostname.length - 1}::integer) = ${hostname.slice(1)}` : null;
  const above = wildcardsOf(hostname.replace(/^\*\./, ''));
  const row = await db
    .selectFrom('domains')
    .innerJoin('apps', 'apps.id', 'domains.appId')
    .select('domains.appId')
    .where((eb) => {
      const others = eb.or([...(below ? [below] : []), ...(above.length > 0 ? [eb('hostname', 'in', above)] : [])]);
      return eb.or([eb('hostname', '=', hostname), eb.and([eb('apps.ownerId', '!=', ownerId), others])]);
    })
    .orderBy(sql`hostname = ${hostname}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.appId;
}

export function insertDomain({ db }: Store, domain: Pick<Domain, 'appId' | 'hostname'>): Promise<Domain> {
  return db.insertInto('domains').values(domain).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** Whether it was there. */
export async function deleteDomain({ db }: Store, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('domains').where('id', '=', id).returning('id').executeTakeFirst();
  return gone !== undefined;
}
