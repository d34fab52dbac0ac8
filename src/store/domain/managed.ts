// What is kept of certificates that an authority makes by itself.
import { sql } from 'kysely';
import { seal, unseal } from '../../lib/seal.js';
import type { AcmStatus } from '../../model/domain/acm.js';
import type { CertificateFacts, Pair } from '../../model/domain/certificate.js';
import { inTransaction, type Store } from '../open-store.js';
import { insertCertificate, replaceCertificate } from './certificates.js';

export interface DueDomain {
  id: string;
  appId: string;
  hostname: string;
  failures: number;
  /** What was said of it last. */
  reason: string | null;
  /** The one that it has, to be replaced. */
  certificateId: string | null;
}

/**
 * Switches them on or off for an app; on again makes those that failed due at once. Off takes those it has. How often one has failed is
 * forgotten with its success only: it counts for its owner.
 */
export function setAcm(store: Store, appId: string, isOn: boolean): Promise<void> {
  return inTransaction(store, async ({ db }) => {
    await db
      .updateTable('apps')
      .set({ acm: isOn, updatedAt: sql`now()` })
      .where('id', '=', appId)
      .execute();
    if (!isOn) await db.deleteFrom('certificates').where('appId', '=', appId).where('isManaged', '=', true).execute();
    const state = isOn ? {} : { acmStatus: null, acmReason: null };
    await db
      .updateTable('domains')
      .set({ ...state, acmNextAt: null })
      .where('appId', '=', appId)
      .where((eb) => eb.or([eb.lit(!isOn), eb('acmStatus', 'is distinct from', 'cert issued')]))
      .execute();
  });
}

/** So many names of one owner may fail in an hour; an authority counts those of all owners together. */
const MOST_FAILED = 20;
const HOUR_MS = 3_600_000;

/**
 * A domain whose certificate is due: its app has them made, and it has none of its owner's. It is due again after `leaseMs`, should
 * whoever took it not come to an end. Renewals are first; of the others those whose owner's names have failed least of late.
 */
export function takeDue({ db }: Store, now: Date, leaseMs: number): Promise<DueDomain | undefined> {
  const due = db
    .selectFrom('domains')
    .innerJoin('apps', 'apps.id', 'domains.appId')
    .leftJoin('certificates', 'certificates.id', 'domains.certificateId')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('domains as others')
          .innerJoin('apps as theirs', 'theirs.id', 'others.appId')
          .select((of) => ['theirs.ownerId', of.fn.countAll().as('failed')])
          .where('others.acmFailures', '>', 0)
          .where('others.updatedAt', '>', new Date(now.getTime() - HOUR_MS))
          .groupBy('theirs.ownerId')
          .as('lately'),
      (join) => join.onRef('lately.ownerId', '=', 'apps.ownerId'),
    )
    .select('domains.id')
    .where('apps.acm', '=', true)
    .where((eb) => eb.or([eb('domains.certificateId', 'is', null), eb('certificates.isManaged', '=', true)]))
    .where((eb) => eb.or([eb('domains.acmNextAt', 'is', null), eb('domains.acmNextAt', '<=', now)]))
    .where((eb) => eb.or([eb('domains.certificateId', 'is not', null), sql<boolean>`coalesce(lately.failed, 0) < ${MOST_FAILED}`]))
    .orderBy(sql`domains.certificate_id is null`)
    .orderBy(sql`coalesce(lately.failed, 0)`)
    .orderBy(sql`domains.acm_next_at nulls first`)
    .limit(1)
    .forUpdate('domains')
    .skipLocked();
  return db
    .updateTable('domains')
    .set({
      acmNextAt: new Date(now.getTime() + leaseMs),
      acmStatus: sql<AcmStatus>`coalesce(acm_status, 'pending')`,
      updatedAt: now,
    })
    .where('id', '=', due)
    .returning(['id', 'appId', 'hostname', 'acmFailures as failures', 'acmReason as reason', 'certificateId'])
    .executeTakeFirst();
}

/** Keeps what was made for a domain, in place of what it had. False when the domain has gone meanwhile, or has one of its owner's. */
export function keepIssued(
  store: Store,
  domain: DueDomain,
  made: CertificateFacts & Pair & { name: string; renewAt: Date },
): Promise<boolean> {
  const { name, renewAt, ...certificate } = made;
  return inTransaction(store, async (within) => {
    const { db } = within;
    const app = await db.selectFrom('apps').select('acm').where('id', '=', domain.appId).forUpdate().executeTakeFirst();
    const row = await db
      .selectFrom('domains')
      .leftJoin('certificates', 'certificates.id', 'domains.certificateId')
      .select(['certificateId', 'isManaged'])
      .where('domains.id', '=', domain.id)
      .forUpdate('domains')
      .executeTakeFirst();
    if (!app?.acm || !row || row.isManaged === false) return false;
    const replaced = row.certificateId && (await replaceCertificate(within, { id: row.certificateId, isManaged: true }, certificate));
    const kept = replaced || (await insertCertificate(within, { appId: domain.appId, name, isManaged: true }, certificate));
    if (!kept) return false;
    await db
      .updateTable('domains')
      .set({ certificateId: kept.id, acmStatus: 'cert issued', acmReason: null, acmFailures: 0, acmNextAt: renewAt, updatedAt: sql`now()` })
      .where('id', '=', domain.id)
      .execute();
    return true;
  });
}

/** Why there is none, or no newer one: what has a certificate goes on with it. What the authority wasn't asked about is no failure. */
export function noteFailure(
  { db }: Store,
  { id, failures }: DueDomain,
  o: { status: AcmStatus; reason: string; nextAt: Date; isOurs?: boolean },
): Promise<unknown> {
  return db
    .updateTable('domains')
    .set({
      acmStatus: o.status,
      acmReason: o.reason,
      acmFailures: failures + (o.isOurs ? 0 : 1),
      acmNextAt: o.nextAt,
      updatedAt: sql`now()`,
    })
    .where('id', '=', id)
    .execute();
}

export interface KeptChallenge {
  token: string;
  appId: string;
  /** What is answered at its path, or stands in DNS. */
  keyAuthorization: string;
  hostname: string;
  /** What TLS shows to whoever asks for it; null for one of another kind. */
  pair: Pair | null;
  /** Of the TXT record; null for one of another kind. */
  dnsName: string | null;
}

/** Lets routers answer for it; of an entry in DNS it is noted that it is there. */
export function publishChallenge({ db, key }: Store, { pair, ...challenge }: KeptChallenge): Promise<unknown> {
  return db
    .insertInto('acmeChallenges')
    .values({ ...challenge, pairSealed: pair && seal(key, JSON.stringify(pair)) })
    .onConflict((oc) => oc.column('token').doNothing())
    .execute();
}

/** What TLS shows for a challenge. */
export async function readChallengePair({ db, key }: Store, token: string): Promise<Pair | undefined> {
  const row = await db.selectFrom('acmeChallenges').select('pairSealed').where('token', '=', token).executeTakeFirst();
  return row?.pairSealed ? (JSON.parse(unseal(key, row.pairSealed)) as Pair) : undefined;
}

/** Entries in DNS whose order ended without taking them away. */
export function leftInDns({ db }: Store, olderThanMs: number): Promise<{ token: string; dnsName: string; value: string }[]> {
  return db
    .selectFrom('acmeChallenges')
    .select(['token', sql<string>`dns_name`.as('dnsName'), 'keyAuthorization as value'])
    .where('dnsName', 'is not', null)
    .where('createdAt', '<', new Date(Date.now() - olderThanMs))
    .limit(20)
    .execute();
}

export function withdrawChallenge({ db }: Store, token: string): Promise<unknown> {
  return db
    .deleteFrom('acmeChallenges')
    .where((eb) => eb.or([eb('token', '=', token), eb('createdAt', '<', sql<Date>`now() - interval '1 day'`)]))
    .execute();
}

/** The key of our account at an authority; `make` makes one where there is none. */
export async function accountKey({ db, key }: Store, directory: string, make: () => string): Promise<string> {
  const read = () => db.selectFrom('acmeAccounts').select('keySealed').where('directory', '=', directory).executeTakeFirst();
  if (!(await read()))
    await db
      .insertInto('acmeAccounts')
      .values({ directory, keySealed: seal(key, make()) })
      .onConflict((oc) => oc.column('directory').doNothing())
      .execute();
  return unseal(key, (await read())!.keySealed);
}
