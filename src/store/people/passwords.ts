// Passwords as hashes, and the secrets of links that set one.
import { sql } from 'kysely';
import type { User } from '../../model/user.js';
import type { Store } from '../open-store.js';

/** The hash of a user's password; null when they have none. */
export async function readPasswordHash({ db }: Store, userId: string): Promise<string | null> {
  const row = await db.selectFrom('passwords').select('hash').where('userId', '=', userId).executeTakeFirst();
  return row?.hash ?? null;
}

/** Sets a password. Links that would set another are good no more. */
export async function savePassword({ db }: Store, userId: string, hash: string): Promise<void> {
  const now = new Date();
  await db
    .insertInto('passwords')
    .values({ userId, hash, updatedAt: now })
    .onConflict((oc) => oc.column('userId').doUpdateSet({ hash, updatedAt: now }))
    .execute();
  await db.deleteFrom('passwordResets').where('userId', '=', userId).execute();
}

/** Keeps the secret of a link, in place of one before it. */
export async function saveReset({ db }: Store, reset: { userId: string; secretHash: string; expiresAt: Date }): Promise<void> {
  const { secretHash, expiresAt } = reset;
  await db
    .insertInto('passwordResets')
    .values(reset)
    .onConflict((oc) => oc.column('userId').doUpdateSet({ secretHash, expiresAt }))
    .execute();
}

/** Who may set a password by that secret; undefined when it is unknown, used, or too old, or they are suspended. */
export function findReset({ db }: Store, secretHash: string): Promise<User | undefined> {
  return db
    .selectFrom('passwordResets')
    .innerJoin('users', 'users.id', 'passwordResets.userId')
    .selectAll('users')
    .where('secretHash', '=', secretHash)
    .where('expiresAt', '>', sql<Date>`now()`)
    .where('suspendedAt', 'is', null)
    .executeTakeFirst();
}

/** Uses a secret up; whether it was good until now. Of two who use it at once, one does. */
export async function takeReset({ db }: Store, userId: string, secretHash: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('passwordResets')
    .where('userId', '=', userId)
    .where('secretHash', '=', secretHash)
    .where('expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
