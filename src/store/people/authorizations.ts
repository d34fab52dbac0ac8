import { sql } from 'kysely';
import { log } from '../../lib/log.js';
import type { Actor, Authorization, Caller } from '../../model/user.js';
import type { Page, Range } from '../../model/page.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};

const MINUTE_MS = 60_000;

type NewAuthorization = Pick<Authorization, 'userId' | 'description' | 'scope' | 'tokenHash' | 'tokenHint'> &
  Partial<Pick<Authorization, 'apps' | 'lifetimeS' | 'isLogin' | 'clientId' | 'refreshHash' | 'refreshHint'>>;

/** Keeps a token by its hash; a second call with the same hash returns the first. */
export function saveAuthorization({ db }: Store, given: NewAuthorization): Promise<Authorization> {
  return db
    .insertInto('authorizations')
    .values({
      ...given,
      lastUsedAt: null,
      scope: JSON.stringify(given.scope),
      apps: given.apps ? JSON.stringify(given.apps) : null,
      lifetimeS: given.lifetimeS ?? null,
      isLogin: given.isLogin ?? false,
      expiresAt: endOf(given.lifetimeS ?? null),
    })
    .onConflict((oc) => oc.column('tokenHash').doUpdateSet({ userId: given.userId }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** When a token ends that is made now. */
function endOf(lifetimeS: number | null): Date | null {
  return lifetimeS === null ? null : new Date(Date.now() + lifetimeS * 1000);
}

export type KnownToken = Actor & { scope: readonly string[]; authorizationId: string; hasExpired: boolean };

/** The user a token belongs to, with the authorization's id, and whether the token has expired. Notes its use, once a minute at most. */
export async function findToken(store: Store, tokenHash: string): Promise<KnownToken | undefined> {
  const found = await store.db
    .selectFrom('authorizations')
    .innerJoin('users', 'users.id', 'authorizations.userId')
    .selectAll('users')
    .select(['authorizations.id as authorizationId', 'authorizations.scope', 'authorizations.apps', 'lastUsedAt'])
    .select(sql<boolean>`coalesce(expires_at <= now(), false)`.as('hasExpired'))
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
  if (!found) return undefined;
  const { lastUsedAt, ...known } = found;
  if (!known.hasExpired && (!lastUsedAt || Date.now() - lastUsedAt.getTime() >= MINUTE_MS)) noteUse(store, known.authorizationId);
  return known;
}

/** The user a token belongs to, unless it has expired or they are suspended; with the authorization's id. */
export async function findUserByToken(store: Store, tokenHash: string): Promise<KnownToken | undefined> {
  const found = await findToken(store, tokenHash);
  return found && !found.hasExpired && !found.suspendedAt ? found : undefined;
}

const noting = new Set<string>();

/** Of several requests at once one writes, and none waits for it: others would queue behind its row and hold every connection. */
function noteUse({ db }: Store, id: string): void {
  if (noting.has(id)) return;
  noting.add(id);
  const isOld = sql<boolean>`(last_used_at is null or last_used_at < now() - interval '59 seconds')`;
  db.updateTable('authorizations')
    .set({ lastUsedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where(isOld)
    .execute()
    .catch((error: Error) => log('use-not-noted', { authorization: id, error: error.message }))
    .finally(() => noting.delete(id));
}

/** Whether who asked for something may still act: the user isn't suspended, the token is neither revoked nor expired. */
export async function mayStillAct({ db }: Store, { userId, authorizationId }: Caller): Promise<boolean> {
  const valid = db
    .selectFrom('authorizations')
    .select('id')
    .where('userId', '=', userId)
    .where('id', '=', authorizationId)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`now()`)]));
  const user = db.selectFrom('users').select('id').where('id', '=', userId).where('suspendedAt', 'is', null);
  const row = await (authorizationId === null ? user : user.where((eb) => eb.exists(valid))).executeTakeFirst();
  return row !== undefined;
}

export function pageOfAuthorizations({ db }: Store, userId: string, range: Range): Promise<Page<Authorization>> {
  return readPage(db.selectFrom('authorizations').selectAll().where('userId', '=', userId), range, SORTED_BY);
}

/** What a user signed in for: a terminal each, mostly. */
export function pageOfLogins({ db }: Store, userId: string, range: Range): Promise<Page<Authorization>> {
  const logins = db.selectFrom('authorizations').selectAll().where('userId', '=', userId).where('isLogin', '=', true);
  return readPage(logins, range, SORTED_BY);
}

/** The one whose token is refreshed with that. */
export function findByRefreshToken({ db }: Store, refreshHash: string): Promise<Authorization | undefined> {
  return db.selectFrom('authorizations').selectAll().where('refreshHash', '=', refreshHash).executeTakeFirst();
}

/** By id; of one user or of any. */
export function findAuthorization({ db }: Store, id: string, userId?: string): Promise<Authorization | undefined> {
  const query = db
    .selectFrom('authorizations')
    .selectAll()
    .where(sql<string>`id::text`, '=', id);
  return (userId === undefined ? query : query.where('userId', '=', userId)).executeTakeFirst();
}

/** Puts another token in its place, good for as long as the first was; undefined when it was revoked meanwhile. */
export function updateToken(
  { db }: Store,
  { id, lifetimeS }: Pick<Authorization, 'id' | 'lifetimeS'>,
  change: Pick<Authorization, 'tokenHash' | 'tokenHint'>,
): Promise<Authorization | undefined> {
  const end = lifetimeS === null ? {} : { expiresAt: endOf(lifetimeS) };
  return db
    .updateTable('authorizations')
    .set({ ...change, ...end, updatedAt: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Says anew what a token is for, and which client has it; what it may do stays. */
export function describeAuthorization(
  { db }: Store,
  id: string,
  change: { description?: string; clientId?: string },
): Promise<Authorization | undefined> {
  return db
    .updateTable('authorizations')
    .set({ ...change, updatedAt: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export function deleteAuthorizationsOf({ db }: Store, userId: string): Promise<Authorization[]> {
  return db.deleteFrom('authorizations').where('userId', '=', userId).returningAll().execute();
}

/** What others gave to the OAuth clients that a user registered. */
export function listGivenToClientsOf({ db }: Store, userId: string): Promise<Authorization[]> {
  const theirs = db.selectFrom('oauthClients').select('id').where('userId', '=', userId);
  return db.selectFrom('authorizations').selectAll().where('clientId', 'in', theirs).execute();
}

/** Forgets what a client was given, by whomever. */
export function deleteAuthorizationsOfClient({ db }: Store, clientId: string): Promise<Authorization[]> {
  return db.deleteFrom('authorizations').where('clientId', '=', clientId).returningAll().execute();
}

/** Forgets what a user signed in with a password for, but for the token that asks for it. */
export function deleteLogins({ db }: Store, userId: string, keepId: string | null): Promise<Authorization[]> {
  const logins = db.deleteFrom('authorizations').where('userId', '=', userId).where('isLogin', '=', true);
  return (keepId === null ? logins : logins.where('id', '!=', keepId)).returningAll().execute();
}

export function deleteAuthorization({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('authorizations').where('id', '=', id).execute();
}

/** Forgets every token of a user but one: how an admin token that was replaced stops working. */
export function deleteOtherAuthorizations({ db }: Store, o: { userId: string; description: string; keepHash: string }): Promise<unknown> {
  return db
    .deleteFrom('authorizations')
    .where('userId', '=', o.userId)
    .where('description', '=', o.description)
    .where('tokenHash', '!=', o.keepHash)
    .execute();
}
