// Connections of apps to repositories, with what opens them sealed; and which of them are to be looked at.
import { sql } from 'kysely';
import { seal, unseal } from '../../lib/seal.js';
import type { GitConnection } from '../../model/connection/connection.js';
import type { SshKeyPair } from '../../lib/net/ssh-key.js';
import type { GitLogin } from '../../model/git/remote-url.js';
import type { Store } from '../open-store.js';

const COLUMNS = [
  'id',
  'appId',
  'userId',
  'url',
  'branch',
  'host',
  'apiUrl',
  'auto',
  'waitForCi',
  'waitingFor',
  'waitingSince',
  sql<boolean>`login_sealed is not null`.as('hasLogin'),
  'deployKey',
  'keyAddedAt',
  'keyFailure',
  'hostKeys',
  'tip',
  'failure',
  'statusFailure',
  'deploymentFailure',
  'refused',
  'refusedAt',
  'refusal',
  'failures',
  'quietLooks',
  'askedAt',
  'heardAt',
  'lookedAt',
  'createdAt',
  'updatedAt',
] as const;

export type NewConnection = Pick<GitConnection, 'appId' | 'userId' | 'url' | 'branch' | 'host' | 'apiUrl' | 'auto' | 'waitForCi'> & {
  login: GitLogin | null;
  /** For one that is reached by ssh. */
  key: SshKeyPair | null;
  hookSecret: string;
};

/** Connects an app, in place of what it was connected to. */
export async function saveConnection(
  { db, key }: Store,
  { login, key: pair, hookSecret, ...facts }: NewConnection,
): Promise<GitConnection> {
  await db.deleteFrom('gitConnections').where('appId', '=', facts.appId).execute();
  return db
    .insertInto('gitConnections')
    .values({
      ...facts,
      loginSealed: sealLogin(key, login),
      deployKey: pair?.publicKey ?? null,
      deployKeySealed: pair && seal(key, pair.privateKey),
      hookSecretSealed: seal(key, hookSecret),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/**
 * What may be changed. What is known of another branch is nothing, and of one that was deployed by hand until now; whatever was wrong is
 * tried anew.
 */
export function changeConnection(
  { db, key }: Store,
  id: string,
  { login, ...change }: Partial<Pick<GitConnection, 'branch' | 'auto' | 'waitForCi' | 'userId'>> & { login?: GitLogin | null },
): Promise<GitConnection | undefined> {
  const { branch = null, auto = null } = change;
  const isKnown = sql<boolean>`(branch = coalesce(${branch}::text, branch) and (auto or not coalesce(${auto}::boolean, auto)))`;
  return db
    .updateTable('gitConnections')
    .set({
      ...change,
      ...(login !== undefined && { loginSealed: sealLogin(key, login) }),
      tip: sql<string | null>`case when ${isKnown} then tip end`,
      askedAt: sql<Date | null>`case when ${isKnown} then asked_at end`,
      failure: null,
      failures: 0,
      quietLooks: 0,
      lookAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst();
}

export async function deleteConnection({ db }: Store, id: string): Promise<void> {
  await db.deleteFrom('gitConnections').where('id', '=', id).execute();
}

export function connectionOfApp({ db }: Store, appId: string): Promise<GitConnection | undefined> {
  return db.selectFrom('gitConnections').select(COLUMNS).where('appId', '=', appId).executeTakeFirst();
}

export async function readConnectionLogin({ db, key }: Store, id: string): Promise<GitLogin | null> {
  const row = await db.selectFrom('gitConnections').select('loginSealed').where('id', '=', id).executeTakeFirst();
  return row?.loginSealed ? (JSON.parse(unseal(key, row.loginSealed)) as GitLogin) : null;
}

/** The private half of its deploy key; null where it has none. */
export async function readDeployKey({ db, key }: Store, id: string): Promise<string | null> {
  const row = await db.selectFrom('gitConnections').select('deployKeySealed').where('id', '=', id).executeTakeFirst();
  return row?.deployKeySealed ? unseal(key, row.deployKeySealed) : null;
}

/** Keeps what its host has shown at first contact. False where something is kept already. */
export async function pinHostKeys({ db }: Store, id: string, hostKeys: string): Promise<boolean> {
  const row = await db
    .updateTable('gitConnections')
    .set({ hostKeys })
    .where('id', '=', id)
    .where('hostKeys', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Its host has taken the deploy key, so that it is looked at anew, or hasn't. */
export async function noteKey({ db }: Store, id: string, keyFailure: string | null): Promise<void> {
  await db
    .updateTable('gitConnections')
    .set({
      keyFailure,
      ...(keyFailure === null && { keyAddedAt: sql<Date>`now()`, lookAt: sql<Date>`now()`, updatedAt: sql<Date>`now()` }),
    })
    .where('id', '=', id)
    .execute();
}

export function findConnection({ db }: Store, id: string): Promise<GitConnection | undefined> {
  return db
    .selectFrom('gitConnections')
    .select(COLUMNS)
    .where(sql<string>`id::text`, '=', id)
    .executeTakeFirst();
}

export async function noteStatusFailure({ db }: Store, id: string, statusFailure: string | null): Promise<void> {
  await db.updateTable('gitConnections').set({ statusFailure }).where('id', '=', id).execute();
}

export async function noteDeploymentFailure({ db }: Store, id: string, deploymentFailure: string | null): Promise<void> {
  await db.updateTable('gitConnections').set({ deploymentFailure }).where('id', '=', id).execute();
}

/** What its webhooks are signed with. */
export async function readHookSecret({ db, key }: Store, id: string): Promise<string | null> {
  const row = await db.selectFrom('gitConnections').select('hookSecretSealed').where('id', '=', id).executeTakeFirst();
  return row ? unseal(key, row.hookSecretSealed) : null;
}

/** Its host can reach us. */
export async function noteHeard({ db }: Store, id: string): Promise<void> {
  await db
    .updateTable('gitConnections')
    .set({ heardAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Somebody, its host or not, tells what isn't taken. */
export async function noteRefused({ db }: Store, id: string, refusal: string): Promise<void> {
  await db
    .updateTable('gitConnections')
    .set({ refused: sql<number>`refused + 1`, refusedAt: sql<Date>`now()`, refusal })
    .where('id', '=', id)
    .execute();
}

/** Somebody says that there is something new. */
export async function askToLook({ db }: Store, id: string): Promise<void> {
  await db
    .updateTable('gitConnections')
    .set({ askedAt: sql<Date>`now()`, lookAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Those whose turn it isn't, whatever is due. */
export interface Busy {
  ids: readonly string[];
  userIds: readonly string[];
}

/** One that is to be looked at. It is due again after `leaseMs`, should whoever took it not come to an end. */
export function takeDueConnection({ db }: Store, busy: Busy, leaseMs: number): Promise<GitConnection | undefined> {
  const due = db
    .selectFrom('gitConnections')
    .select('id')
    .where('lookAt', '<=', sql<Date>`now()`)
    .where(isFree(busy))
    .orderBy('lookAt')
    .limit(1)
    .forUpdate()
    .skipLocked();
  return db
    .updateTable('gitConnections')
    .set({ lookAt: sql<Date>`now() + ${leaseMs} * interval '1 millisecond'` })
    .where('id', '=', due)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Whoever took it has come to no end: it is due again at once. */
export async function giveBackConnection({ db }: Store, id: string): Promise<void> {
  await db
    .updateTable('gitConnections')
    .set({ lookAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** In how many ms the next is due whose turn it is; null where none is. */
export async function nextConnectionDue({ db }: Store, busy: Busy): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from min(look_at) - now())::float8 * 1000 as ms from git_connections where ${isFree(busy)}
  `.execute(db);
  return rows[0]?.ms ?? null;
}

function isFree({ ids, userIds }: Busy) {
  return sql<boolean>`(id <> all (${ids}::uuid[]) and user_id <> all (${userIds}::uuid[]))`;
}

/** What a look has found. Who asked or changed something meanwhile is answered by another. */
export async function noteLook(
  { db }: Store,
  { id, askedAt, updatedAt }: Pick<GitConnection, 'id' | 'askedAt' | 'updatedAt'>,
  o: {
    found: Partial<Pick<GitConnection, 'tip' | 'failure' | 'failures' | 'quietLooks' | 'waitingFor' | 'waitingSince'>>;
    isAnswered: boolean;
    nextMs: number | null;
  },
): Promise<void> {
  const isAskedAnew = sql<boolean>`date_trunc('milliseconds', asked_at) is distinct from ${askedAt}::timestamptz`;
  const next = o.nextMs === null ? sql<Date | null>`null::timestamptz` : sql<Date>`now() + ${o.nextMs} * interval '1 millisecond'`;
  await db
    .updateTable('gitConnections')
    .set({
      ...o.found,
      lookedAt: sql<Date>`now()`,
      lookAt: sql<Date | null>`case when ${isAskedAnew} then now() else ${next} end`,
      ...(o.isAnswered && { askedAt: sql<Date | null>`case when ${isAskedAnew} then asked_at end` }),
    })
    .where('id', '=', id)
    .where(asKnown(updatedAt))
    .execute();
}

/** Notes that the tip is being built, with the build. False when it was noted already: another did. */
export async function noteBegun({ db }: Store, { id, updatedAt }: Pick<GitConnection, 'id' | 'updatedAt'>, tip: string): Promise<boolean> {
  const row = await db
    .updateTable('gitConnections')
    .set({ tip })
    .where('id', '=', id)
    .where('tip', 'is distinct from', tip)
    .where(asKnown(updatedAt))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** What the app's build kept from being built is due now. */
export async function lookAfterBuild({ db }: Store, appId: string): Promise<boolean> {
  const row = await db
    .updateTable('gitConnections')
    .set({ lookAt: sql<Date>`now()` })
    .where('appId', '=', appId)
    .where('auto', '=', true)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether nobody has changed what it leads to since. */
function asKnown(updatedAt: Date) {
  return sql<boolean>`date_trunc('milliseconds', updated_at) = ${updatedAt}`;
}

function sealLogin(key: Buffer, login: GitLogin | null): Buffer | null {
  return login && seal(key, JSON.stringify(login));
}
