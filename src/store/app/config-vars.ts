// Config vars at rest: sealed, each with its owner.
import { sql } from 'kysely';
import { seal, unseal } from '../../lib/seal.js';
import type { ConfigVars } from '../../model/config-vars.js';
import { ownPagesOf } from '../../model/domain/own-pages.js';
import { parseOwned, valuesOf, type OwnedVar, type OwnedVars } from '../../model/addon/owned-vars.js';
import type { Store } from '../open-store.js';

/** An app's, as its dynos are given them. */
export async function readConfigVars(store: Store, appId: string): Promise<ConfigVars> {
  return valuesOf(await readOwnedVars(store, appId));
}

/** An app's, with their owners. */
export async function readOwnedVars({ db, key }: Store, appId: string): Promise<OwnedVars> {
  const row = await db.selectFrom('apps').select('configSealed').where('id', '=', appId).executeTakeFirst();
  return openVars(key, row?.configSealed);
}

/** The set, sealed; what the router shows of it is kept beside it. */
export function writeOwnedVars({ db, key }: Store, appId: string, vars: OwnedVars): Promise<unknown> {
  return db
    .updateTable('apps')
    .set({ configSealed: sealVars(key, vars), ...ownPagesOf(valuesOf(vars)), updatedAt: sql`now()` })
    .where('id', '=', appId)
    .execute();
}

/** Config vars for a sealed column. */
export function sealVars(key: Buffer, vars: OwnedVars): Buffer {
  return seal(key, JSON.stringify(vars));
}

/** Config vars as they lie in a sealed column; none is the empty set. */
export function openVars(key: Buffer, sealed: Buffer | null | undefined): OwnedVars {
  return sealed ? parseOwned(JSON.parse(unseal(key, sealed)) as Record<string, string | OwnedVar>) : {};
}
