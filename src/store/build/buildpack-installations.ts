import { inTransaction, type Store } from '../open-store.js';

/** The buildpacks set on an app, in order; empty means detect. */
export async function listBuildpacks({ db }: Store, appId: string): Promise<string[]> {
  const rows = await db.selectFrom('buildpackInstallations').select('url').where('appId', '=', appId).orderBy('ordinal').execute();
  return rows.map((row) => row.url);
}

/** Replaces the whole list. */
export async function setBuildpacks(store: Store, appId: string, urls: string[]): Promise<void> {
  await inTransaction(store, async ({ db }) => {
    // Of two who replace it at once, the later one's list stays.
    await db.selectFrom('apps').select('id').where('id', '=', appId).forUpdate().execute();
    await db.deleteFrom('buildpackInstallations').where('appId', '=', appId).execute();
    if (urls.length)
      await db
        .insertInto('buildpackInstallations')
        .values(urls.map((url, ordinal) => ({ appId, ordinal, url })))
        .execute();
  });
}
