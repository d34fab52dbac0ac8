// Which slugs nobody can come back to: the rule of retention, as one query.
import { sql } from 'kysely';
import { inTransaction, type Store } from '../open-store.js';
import { lockSlugs } from './slug-references.js';

export interface Retention {
  /** The app's newest releases that keep their slugs. */
  releases: number;
  /** Younger releases, and slugs that were never released, keep theirs too. */
  days: number;
}

interface Expired {
  id: string;
  /** Null when the app is gone. */
  appId: string | null;
}

/**
 * Forgets slugs that no release within the retention refers to. Never the one of the release that runs, of a dyno
 * that is still there, or the newest of an app: the next build rests on its layers. Older releases that referred to a
 * forgotten slug become `expired`. Returns the ids of the apps, one for each slug.
 */
export function forgetExpiredSlugs(store: Store, keep: Retention): Promise<(string | null)[]> {
  return inTransaction(store, async (within) => {
    // Looked up again once they are locked: someone may have released one meanwhile.
    const seen = await lockSlugs(
      within,
      (await findExpired(within, keep)).map(({ id }) => id),
    );
    const expired = seen.length ? (await findExpired(within, keep)).filter(({ id }) => seen.includes(id)) : [];
    const ids = expired.map(({ id }) => id);
    if (ids.length === 0) return [];
    const { db } = within;
    await db
      .updateTable('releases')
      .set({ status: 'expired', slugId: null, updatedAt: sql<Date>`now()` })
      .where('slugId', 'in', ids)
      .where('status', '!=', 'failed')
      .execute();
    await db.updateTable('releases').set({ slugId: null }).where('slugId', 'in', ids).execute();
    await db.deleteFrom('slugs').where('id', 'in', ids).execute();
    return expired.map(({ appId }) => appId);
  });
}

async function findExpired({ db }: Store, keep: Retention): Promise<Expired[]> {
  const { rows } = await sql<Expired>`
    select slugs.id, slugs.app_id from slugs
    where slugs.created_at < now() - ${keep.days} * interval '1 day'
    and slugs.id not in (
      select slug_id from (
        select slug_id, created_at, status,
          row_number() over (partition by app_id order by version desc) as age,
          row_number() over (partition by app_id, status order by version desc) as age_in_status
        from releases
      ) ledger
      where slug_id is not null
      and (age <= ${keep.releases} or created_at >= now() - ${keep.days} * interval '1 day'
        or status = 'pending' or (status = 'succeeded' and age_in_status = 1))
    )
    and slugs.id not in (
      select releases.slug_id from dynos join releases on releases.id = dynos.release_id
      where releases.slug_id is not null)
    and slugs.id not in (select distinct on (app_id) id from slugs where app_id is not null order by app_id, created_at desc)
    and slugs.id not in (select slug_id from builds where status = 'pending' and slug_id is not null)`.execute(db);
  return rows;
}
