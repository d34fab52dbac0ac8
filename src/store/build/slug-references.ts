// A slug belongs to every release that refers to it, of whatever app. Who removes one locks it first and counts then: a
// release that is being made holds its slug (`holdSlug`), so either it is seen here, or it finds the slug gone.
import type { Store } from '../open-store.js';

/** Locks the slugs that an app made or released; returns their ids. */
export async function lockSlugsOf({ db }: Store, appId: string): Promise<string[]> {
  const released = db
    .selectFrom('releases')
    .select('slugId')
    .where('appId', '=', appId)
    .where('slugId', 'is not', null)
    .$narrowType<{ slugId: string }>();
  const rows = await db
    .selectFrom('slugs')
    .select('id')
    .where((eb) => eb.or([eb('appId', '=', appId), eb('id', 'in', released)]))
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

/** Locks these slugs; returns the ids of those that are still there. */
export async function lockSlugs({ db }: Store, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('slugs').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
  return rows.map((row) => row.id);
}

/** Deletes those of these locked slugs that no app owns and no release refers to. */
export async function deleteUnreleased({ db }: Store, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const released = db.selectFrom('releases').select('slugId').where('slugId', 'in', ids).$narrowType<{ slugId: string }>();
  await db.deleteFrom('slugs').where('id', 'in', ids).where('appId', 'is', null).where('id', 'not in', released).execute();
}
