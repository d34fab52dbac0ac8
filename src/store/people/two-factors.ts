// Second factors: the secret, sealed; the last step of time whose code was used; recovery codes as hashes.
import { seal, unseal } from '../../lib/seal.js';
import { inTransaction, type Store } from '../open-store.js';

/** Keeps a secret that isn't asked for yet, in place of one that never was. False when there is one that is. */
export async function beginTwoFactor({ db, key }: Store, userId: string, secret: string): Promise<boolean> {
  const kept = await db
    .insertInto('twoFactors')
    .values({ userId, secretSealed: seal(key, secret), lastStep: 0 })
    .onConflict((oc) =>
      oc
        .column('userId')
        .doUpdateSet({ secretSealed: seal(key, secret), lastStep: 0 })
        .where((eb) => eb.not(eb.exists(eb.selectFrom('users').select('id').where('id', '=', userId).where('twoFactor', '=', true)))),
    )
    .returning('userId')
    .executeTakeFirst();
  return kept !== undefined;
}

/** The secret, whether it is asked for or not; null when there is none. */
export async function readTwoFactorSecret({ db, key }: Store, userId: string): Promise<string | null> {
  const row = await db.selectFrom('twoFactors').select('secretSealed').where('userId', '=', userId).executeTakeFirst();
  return row ? unseal(key, row.secretSealed) : null;
}

/** Uses the code of a step of time up; false when that, or a later one, was used. Of two at once, one is. */
export async function takeStep({ db }: Store, userId: string, step: number): Promise<boolean> {
  const taken = await db
    .updateTable('twoFactors')
    .set({ lastStep: step })
    .where('userId', '=', userId)
    .where('lastStep', '<', step)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** From now on it is asked for. */
export function enableTwoFactor(store: Store, userId: string, codeHashes: string[]): Promise<void> {
  return inTransaction(store, async ({ db }) => {
    await db.updateTable('users').set({ twoFactor: true, updatedAt: new Date() }).where('id', '=', userId).execute();
    await db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute();
    const rows = codeHashes.map((codeHash) => ({ userId, codeHash }));
    await db.insertInto('recoveryCodes').values(rows).execute();
  });
}

/** From now on it isn't. */
export function deleteTwoFactor(store: Store, userId: string): Promise<void> {
  return inTransaction(store, async ({ db }) => {
    await db.updateTable('users').set({ twoFactor: false, updatedAt: new Date() }).where('id', '=', userId).execute();
    await db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute();
    await db.deleteFrom('twoFactors').where('userId', '=', userId).execute();
  });
}

/** Uses a recovery code up; whether there was such a one. */
export async function takeRecoveryCode({ db }: Store, userId: string, codeHash: string): Promise<boolean> {
  const gone = await db.deleteFrom('recoveryCodes').where('userId', '=', userId).where('codeHash', '=', codeHash).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
