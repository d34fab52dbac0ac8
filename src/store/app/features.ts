// What an app's owner has switched on.
import { sql } from 'kysely';
import type { FeatureName } from '../../model/run/app-feature.js';
import type { Store } from '../open-store.js';

export async function listFeatures({ db }: Store, appId: string): Promise<FeatureName[]> {
  const row = await db.selectFrom('apps').select('features').where('id', '=', appId).executeTakeFirst();
  return row?.features ?? [];
}

/** Ids of the apps that have it on. */
export async function appsWithFeature({ db }: Store, name: FeatureName): Promise<Set<string>> {
  const rows = await db
    .selectFrom('apps')
    .select('id')
    .where(sql<boolean>`${name} = any(features)`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Switches one on or off; whether that was a change. */
export async function setFeature({ db }: Store, appId: string, name: FeatureName, isOn: boolean): Promise<boolean> {
  const without = sql<FeatureName[]>`array_remove(features, ${name})`;
  const { numUpdatedRows } = await db
    .updateTable('apps')
    .set({ features: isOn ? sql<FeatureName[]>`array_append(features, ${name})` : without, updatedAt: sql`now()` })
    .where('id', '=', appId)
    .where(sql<boolean>`${name} = any(features)`, '=', !isOn)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
