// Further credentials of an add-on, beside that which its attachments usually have.
import { sql } from 'kysely';
import { seal, unseal } from '../../lib/seal.js';
import type { Attachment } from '../../model/addon/addon.js';
import { credentialOf } from '../../model/addon/credential.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Store } from '../open-store.js';
import { readAddonConfig } from './addons.js';

export interface Credential {
  id: string;
  name: string;
  config: ConfigVars;
}

/** By name. */
export async function listCredentials({ db, key }: Store, addonId: string): Promise<Credential[]> {
  const rows = await db
    .selectFrom('addonCredentials')
    .select(['id', 'name', 'configSealed'])
    .where('addonId', '=', addonId)
    .orderBy('name')
    .execute();
  return rows.map(({ id, name, configSealed }) => ({ id, name, config: JSON.parse(unseal(key, configSealed)) as ConfigVars }));
}

/** In place of one that somebody else has made meanwhile: its provider knows the newer password only. */
export function insertCredential({ db, key }: Store, o: { addonId: string; name: string; config: ConfigVars }): Promise<unknown> {
  const configSealed = seal(key, JSON.stringify(o.config));
  return db
    .insertInto('addonCredentials')
    .values({ addonId: o.addonId, name: o.name, configSealed })
    .onConflict((conflict) => conflict.columns(['addonId', 'name']).doUpdateSet({ configSealed }))
    .execute();
}

/** False when it is gone. */
export async function writeCredential({ db, key }: Store, o: { addonId: string; name: string; config: ConfigVars }): Promise<boolean> {
  const done = await db
    .updateTable('addonCredentials')
    .set({ configSealed: seal(key, JSON.stringify(o.config)), updatedAt: sql<Date>`now()` })
    .where('addonId', '=', o.addonId)
    .where('name', '=', o.name)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export function deleteCredential({ db }: Store, addonId: string, name: string): Promise<unknown> {
  return db.deleteFrom('addonCredentials').where('addonId', '=', addonId).where('name', '=', name).execute();
}

/** What an attachment brings, by its provider's own names: that of its credential, or of the add-on. */
export async function configOfAttachment(
  store: Store,
  { addonId, namespace }: Pick<Attachment, 'addonId' | 'namespace'>,
): Promise<ConfigVars> {
  const name = credentialOf(namespace);
  if (name === null) return readAddonConfig(store, addonId);
  return (await listCredentials(store, addonId)).find((each) => each.name === name)?.config ?? {};
}

/** Whether an attachment of that namespace has something to bring. */
export async function hasCredential(store: Store, addonId: string, namespace: string | null): Promise<boolean> {
  const name = credentialOf(namespace);
  return name === null || (await listCredentials(store, addonId)).some((each) => each.name === name);
}
