// OAuth clients, and the codes that people gave them.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Page, Range } from '../../model/page.js';
import type { OauthClient, OauthCode } from '../../model/people/oauth.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  name: { column: 'name', kind: 'text' },
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

type NewClient = Pick<OauthClient, 'userId' | 'name' | 'redirectUri' | 'secretHash' | 'secretHint'>;

export function pageOfOauthClients({ db }: Store, userId: string, range: Range): Promise<Page<OauthClient>> {
  return readPage(db.selectFrom('oauthClients').selectAll().where('userId', '=', userId), range, SORTED_BY);
}

/** By id; of one user, or of any who isn't suspended. */
export async function findOauthClient(store: Store, id: string, userId?: string): Promise<OauthClient | undefined> {
  if (!isUuid(id)) return undefined;
  const query = userId === undefined ? inForce(store) : store.db.selectFrom('oauthClients').selectAll().where('userId', '=', userId);
  return query.where('id', '=', id).executeTakeFirst();
}

/** Of anybody who isn't suspended. */
export function findOauthClientBySecret(store: Store, secretHash: string): Promise<OauthClient | undefined> {
  return inForce(store).where('secretHash', '=', secretHash).executeTakeFirst();
}

/** Those of people who may act: what a suspended one registered gets nothing until they are back. */
function inForce({ db }: Store) {
  const all = db.selectFrom('oauthClients').selectAll();
  return all.where('userId', 'in', (eb) => eb.selectFrom('users').select('users.id').where('suspendedAt', 'is', null));
}

export async function findOauthClients({ db }: Store, ids: string[]): Promise<OauthClient[]> {
  return ids.length === 0 ? [] : db.selectFrom('oauthClients').selectAll().where('id', 'in', ids).execute();
}

export async function countOauthClients({ db }: Store, userId: string): Promise<number> {
  const row = await db
    .selectFrom('oauthClients')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export function insertOauthClient({ db }: Store, client: NewClient): Promise<OauthClient> {
  return db.insertInto('oauthClients').values(client).returningAll().executeTakeFirstOrThrow();
}

export function updateOauthClient({ db }: Store, id: string, change: Partial<NewClient>): Promise<OauthClient | undefined> {
  return db
    .updateTable('oauthClients')
    .set({ ...change, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** With what it was given: its codes and its tokens. */
export function deleteOauthClient({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('oauthClients').where('id', '=', id).execute();
}

/** Keeps a code by its hash, for `forS` seconds; forgets those that nobody can use any more. */
export async function saveOauthCode({ db }: Store, codeHash: string, { scope, ...code }: OauthCode, forS: number): Promise<void> {
  const expiresAt = sql<Date>`now() + ${forS} * interval '1 second'`;
  await db
    .insertInto('oauthCodes')
    .values({ ...code, codeHash, scope: JSON.stringify(scope), expiresAt })
    .execute();
  await db
    .deleteFrom('oauthCodes')
    .where('expiresAt', '<', sql<Date>`now() - interval '1 day'`)
    .execute();
}

export type KeptCode = OauthCode & { isUsed: boolean; hasExpired: boolean; authorizationId: string | null };

/**
 * A client's code, held until the transaction ends: of two who use it at once, the second finds it used. Its user and its client are
 * held before it, in the order in which whoever removes them does, so that the two don't wait for each other.
 */
export async function holdOauthCode({ db }: Store, codeHash: string, clientId: string): Promise<KeptCode | undefined> {
  const named = db.selectFrom('oauthCodes').where('codeHash', '=', codeHash).where('clientId', '=', clientId);
  const given = await named.select('userId').executeTakeFirst();
  if (!given) return undefined;
  await db.selectFrom('users').select('id').where('id', '=', given.userId).forKeyShare().execute();
  await db.selectFrom('oauthClients').select('id').where('id', '=', clientId).forKeyShare().execute();
  const found = await named
    .selectAll()
    .select(sql<boolean>`expires_at <= now()`.as('hasExpired'))
    .forUpdate()
    .executeTakeFirst();
  return found && { ...found, isUsed: found.usedAt !== null };
}

/** Forgets what a user has allowed and no client has taken up yet. */
export function deleteOauthCodes({ db }: Store, userId: string): Promise<unknown> {
  return db.deleteFrom('oauthCodes').where('userId', '=', userId).where('usedAt', 'is', null).execute();
}

/** Uses it up; null where it gave no token. */
export async function useOauthCode({ db }: Store, codeHash: string, authorizationId: string | null): Promise<void> {
  const used = { usedAt: sql<Date>`now()`, authorizationId };
  await db.updateTable('oauthCodes').set(used).where('codeHash', '=', codeHash).execute();
}
