// Which slugs nobody can come back to: the rule of retention, as one query.
import { sql } from 'kysely';
import { inTransaction, type Store } from './open-store.js';

export interface Retention {
  /** The app's newest releases that keep their slugs. */
  releases: number;
  /** Younger releases, and slugs that were never released, keep theirs too. */
  days: number;
}

/**
 * Forgets slugs that no release within the retention refers to. Never the one of the release that runs, of a dyno
 * that is still there, or the newest of an app: the next build rests on its layers. Older releases that referred to a
 * forgotten slug become `expired`. Returns the ids of the apps, one for each slug.
 */
export function forgetExpiredSlugs(store: Store, keep: Retention): Promise<string[]> {
  return inTransaction(store, async ({ db }) => {
    const { rows } = await sql<{ id: string; appId: string }>`
      select slugs.id, slugs.app_id as "app_id" from slugs
      where slugs.created_at < now() - ${keep.days} * interval '1 day'
      and slugs.id not in (
        select slug_id from (
          select slug_id, created_at, status,
            row_number() over (partition by app_id order by version desc) as age,
            row_number() over (partition by app_id, status order by version desc) as age_in_status
          from releases
        ) ledger
        where slug_id is not null
        and (age <= ${keep.releases} or created_at >= now() - ${keep.days} * interval '1 day' or status = 'pending' or (status = 'succeeded' and age_in_status = 1))
      )
      and slugs.id not in (select releases.slug_id from dynos join releases on releases.id = dynos.release_id where releases.slug_id is not null)
      and slugs.id not in (select distinct on (app_id) id from slugs order by app_id, created_at desc)
      and slugs.id not in (select slug_id from builds where status = 'pending' and slug_id is not null)`.execute(db);
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return [];
    await db.updateTable('releases').set({ status: 'expired', slugId: null, updatedAt: sql<Date>`now()` }).where('slugId', 'in', ids).where('status', '!=', 'failed').execute();
    await db.updateTable('releases').set({ slugId: null }).where('slugId', 'in', ids).execute();
    await db.deleteFrom('slugs').where('id', 'in', ids).execute();
    return rows.map((row) => row.appId);
  });
}
