// What hosts call the deployments that they were told of.
import type { Store } from '../open-store.js';

export async function readDeployment({ db }: Store, buildId: string): Promise<string | null> {
  const row = await db.selectFrom('gitDeployments').select('remoteId').where('buildId', '=', buildId).executeTakeFirst();
  return row?.remoteId ?? null;
}

export async function keepDeployment({ db }: Store, buildId: string, remoteId: string): Promise<void> {
  await db
    .insertInto('gitDeployments')
    .values({ buildId, remoteId })
    .onConflict((conflict) => conflict.column('buildId').doUpdateSet({ remoteId }))
    .execute();
}
