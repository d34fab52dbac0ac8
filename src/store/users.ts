import type { User } from '../model/user.js';
import { isUuid } from '../lib/is-uuid.js';
import type { Store } from './open-store.js';

/** Finds a user by id or e-mail address. */
export function findUser({ db }: Store, ref: string): Promise<User | undefined> {
  return db.selectFrom('users').selectAll().where(isUuid(ref) ? 'id' : 'email', '=', ref).executeTakeFirst();
}

export function listUsers({ db }: Store): Promise<User[]> {
  return db.selectFrom('users').selectAll().orderBy('email').execute();
}

/** Inserts a user, or returns the one who has this address already. */
export async function ensureUser({ db }: Store, user: Pick<User, 'email' | 'name' | 'role'>): Promise<User> {
  return db
    .insertInto('users')
    .values(user)
    .onConflict((oc) => oc.column('email').doUpdateSet({ email: user.email }))
    .returningAll()
    .executeTakeFirstOrThrow();
}
