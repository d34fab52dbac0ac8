import { sql } from 'kysely';
import type { Store } from '../open-store.js';

/** Keeps what a release command said; nothing, when its app was destroyed meanwhile. */
export function saveReleaseOutput({ db }: Store, releaseId: string, output: string): Promise<unknown> {
  return db
    .insertInto('releaseOutputs')
    .columns(['releaseId', 'output'])
    .expression(
      db
        .selectFrom('releases')
        .select(['id', sql<string>`${output}`.as('output')])
        .where('id', '=', releaseId)
        .forKeyShare(),
    )
    .onConflict((oc) => oc.column('releaseId').doUpdateSet({ output }))
    .execute();
}

/** The whole output of a release command that has ended; undefined before, and for releases without one. */
export async function readReleaseOutput({ db }: Store, releaseId: string): Promise<string | undefined> {
  const row = await db.selectFrom('releaseOutputs').select('output').where('releaseId', '=', releaseId).executeTakeFirst();
  return row?.output;
}
