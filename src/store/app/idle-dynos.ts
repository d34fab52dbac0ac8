// The row of a dyno that sleeps stands for it until it is woken: then another life begins in its place.
import { sql } from 'kysely';
import type { Store } from '../open-store.js';

/** Asks for dynos in the place of an app's sleeping ones; returns how many sleep. May be called again. */
export async function wakeDynos({ db }: Store, appId: string, at: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('dynos')
    .set({ restartAskedAt: sql<Date>`coalesce(restart_asked_at, ${at})` })
    .where('appId', '=', appId)
    .where('state', '=', 'idle')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
