import { sql } from 'kysely';
import type { Authorization, User } from '../model/user.js';
import type { Store } from './open-store.js';

type NewAuthorization = Pick<Authorization, 'userId' | 'description' | 'scope' | 'tokenHash' | 'tokenHint' | 'expiresAt'>;

/** Keeps a token by its hash; a second call with the same hash returns the first. */
export function saveAuthorization({ db }: Store, given: NewAuthorization): Promise<Authorization> {
  return db
    .insertInto('authorizations')
    .values({ ...given, scope: JSON.stringify(given.scope) })
    .onConflict((oc) => oc.column('tokenHash').doUpdateSet({ userId: given.userId }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The user a token belongs to, unless it has expired; with the authorization's id. */
export function findUserByToken({ db }: Store, tokenHash: string): Promise<(User & { authorizationId: string }) | undefined> {
  return db
    .selectFrom('authorizations')
    .innerJoin('users', 'users.id', 'authorizations.userId')
    .selectAll('users')
    .select('authorizations.id as authorizationId')
    .where('tokenHash', '=', tokenHash)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
}

export function listAuthorizations({ db }: Store, userId: string): Promise<Authorization[]> {
  return db.selectFrom('authorizations').selectAll().where('userId', '=', userId).orderBy('createdAt').execute();
}

export function findAuthorization({ db }: Store, userId: string, id: string): Promise<Authorization | undefined> {
  return db.selectFrom('authorizations').selectAll().where('userId', '=', userId).where(sql<string>`id::text`, '=', id).executeTakeFirst();
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
