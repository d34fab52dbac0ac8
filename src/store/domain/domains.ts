import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Domain } from '../../model/domain/domain.js';
import { isWildcard, wildcardsOf } from '../../model/domain/hostname.js';
import type { Store } from '../open-store.js';

interface Row extends Omit<Domain, 'certificate'> {
  certificateId: string | null;
  certificateName: string | null;
}

const domainsOf = ({ db }: Store, appId: string) =>
  db
    .selectFrom('domains')
    .leftJoin('certificates', 'certificates.id', 'domains.certificateId')
    .select(['domains.id', 'domains.appId', 'hostname', 'acmStatus', 'acmReason', 'domains.createdAt', 'domains.updatedAt'])
    .select(['certificateId', 'certificates.name as certificateName'])
    .where('domains.appId', '=', appId);

const asDomain = ({ certificateId, certificateName, ...domain }: Row): Domain => ({
  ...domain,
  certificate: certificateId !== null && certificateName !== null ? { id: certificateId, name: certificateName } : null,
});

/** Those that were added to an app, by name. */
export async function listDomains(store: Store, appId: string): Promise<Domain[]> {
  return (await domainsOf(store, appId).orderBy('hostname').execute()).map(asDomain);
}

/** One of an app's, by host name or id. */
export async function findDomain(store: Store, appId: string, ref: string): Promise<Domain | undefined> {
  const row = await domainsOf(store, appId)
    .where(isUuid(ref) ? 'domains.id' : 'hostname', '=', ref)
    .executeTakeFirst();
  return row && asDomain(row);
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

/** Inserts it; returns its id. */
export async function insertDomain({ db }: Store, domain: Pick<Domain, 'appId' | 'hostname'>): Promise<string> {
  const { id } = await db.insertInto('domains').values(domain).returning('id').executeTakeFirstOrThrow();
  return id;
}

/** Lets it use this certificate, or none; whether it was there. */
export async function setCertificate({ db }: Store, id: string, certificateId: string | null): Promise<boolean> {
  const change = { certificateId, updatedAt: sql<Date>`now()` };
  const row = await db.updateTable('domains').set(change).where('id', '=', id).returning('id').executeTakeFirst();
  return row !== undefined;
}

/** Whether it was there. A certificate that was made for it goes too. */
export async function deleteDomain({ db }: Store, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('domains').where('id', '=', id).returning(['certificateId']).executeTakeFirst();
  if (gone?.certificateId) await db.deleteFrom('certificates').where('id', '=', gone.certificateId).where('isManaged', '=', true).execute();
  return gone !== undefined;
}
