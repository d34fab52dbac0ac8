// One-off dynos: their rows among the others, and what is kept beside those.
import { sql } from 'kysely';
import type { Dyno } from '../../model/dyno.js';
import type { OneOff } from '../../model/run/one-off.js';
import { seal, unseal } from '../../lib/seal.js';
import { insertDyno, type NewDyno } from './dynos.js';
import type { Store } from '../open-store.js';

/** Both at once only inside a transaction. */
export async function insertOneOff(store: Store, dyno: NewDyno, { attach, hasTty, env, endsAt }: OneOff): Promise<Dyno> {
  const row = await insertDyno(store, { ...dyno, oneOff: true });
  await store.db
    .insertInto('oneOffs')
    .values({ attach, hasTty, endsAt, dynoId: row.id, envSealed: seal(store.key, JSON.stringify(env)) })
    .execute();
  return row;
}

export function listOneOffDynos({ db }: Store, appId?: string): Promise<Dyno[]> {
  const query = db.selectFrom('dynos').selectAll().where('oneOff', '=', true).orderBy('createdAt');
  return (appId ? query.where('appId', '=', appId) : query).execute();
}

/** It runs here; one that somebody has asked to end meanwhile stays so. */
export function oneOffRuns({ db }: Store, dynoId: string, where: Pick<Dyno, 'host' | 'containerId'>): Promise<unknown> {
  const state = sql<Dyno['state']>`case when state = 'starting' then 'up' else state end`;
  return db
    .updateTable('dynos')
    .set({ ...where, state, updatedAt: new Date() })
    .where('id', '=', dynoId)
    .execute();
}

export async function findOneOff({ db, key }: Store, dynoId: string): Promise<OneOff | undefined> {
  const found = await db.selectFrom('oneOffs').selectAll().where('dynoId', '=', dynoId).executeTakeFirst();
  return found && { attach: found.attach, hasTty: found.hasTty, endsAt: found.endsAt, env: JSON.parse(unseal(key, found.envSealed)) };
}
