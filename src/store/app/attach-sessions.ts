// Secrets by which clients come to dynos: each is good once, and not for long.
import { sql } from 'kysely';
import type { AttachSession } from '../../model/run/one-off.js';
import { seal, unseal } from '../../lib/seal.js';
import type { Store } from '../open-store.js';

export function insertAttachSession({ db, key }: Store, { env, by, ...session }: AttachSession): Promise<unknown> {
  return db
    .insertInto('attachSessions')
    .values({ ...session, ...by, envSealed: seal(key, JSON.stringify(env)) })
    .execute();
}

/** Takes the session of a secret: of two who come with it, one finds it. Undefined when there is none, or it has expired. */
export async function takeAttachSession({ db, key }: Store, secretHash: string): Promise<AttachSession | undefined> {
  const found = await db.deleteFrom('attachSessions').where('secretHash', '=', secretHash).returningAll().executeTakeFirst();
  if (!found || found.expiresAt.getTime() < Date.now()) return undefined;
  const { userId, authorizationId, envSealed, ...session } = found;
  return { ...session, by: { userId, authorizationId }, env: JSON.parse(unseal(key, envSealed)) };
}

/** Those that nobody came for. */
export function deleteExpiredSessions({ db }: Store): Promise<unknown> {
  return db
    .deleteFrom('attachSessions')
    .where('expiresAt', '<', sql<Date>`now() - interval '1 minute'`)
    .execute();
}
