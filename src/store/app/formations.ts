import type { FormationEntry } from '../../model/formation.js';
import type { Store } from '../open-store.js';

export function listFormation({ db }: Store, appId: string): Promise<FormationEntry[]> {
  return db.selectFrom('formations').selectAll().where('appId', '=', appId).orderBy('type').execute();
}

/** Adds an entry where the type has none; an existing quantity stays. */
export function ensureFormation({ db }: Store, entry: Pick<FormationEntry, 'appId' | 'type' | 'quantity' | 'size'>): Promise<unknown> {
  return db
    .insertInto('formations')
    .values(entry)
    .onConflict((oc) => oc.columns(['appId', 'type']).doNothing())
    .execute();
}

export function setFormation({ db }: Store, entry: Pick<FormationEntry, 'appId' | 'type' | 'quantity' | 'size'>): Promise<FormationEntry> {
  return db
    .insertInto('formations')
    .values(entry)
    .onConflict((oc) => oc.columns(['appId', 'type']).doUpdateSet({ quantity: entry.quantity, size: entry.size, updatedAt: new Date() }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Of which size the process types of all apps are that have dynos. */
export function listSizes({ db }: Store): Promise<Pick<FormationEntry, 'appId' | 'type' | 'size'>[]> {
  return db.selectFrom('formations').select(['appId', 'type', 'size']).where('quantity', '>', 0).orderBy('appId').execute();
}
