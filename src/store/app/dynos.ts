import { sql } from 'kysely';
import type { Dyno } from '../../model/dyno.js';
import type { Store } from '../open-store.js';

type Given = 'id' | 'createdAt' | 'oneOff' | 'restartAskedAt';
export type NewDyno = Omit<Dyno, Given | 'updatedAt'> & Partial<Pick<Dyno, Given>>;

export function insertDyno({ db }: Store, dyno: NewDyno): Promise<Dyno> {
  return db.insertInto('dynos').values(dyno).returningAll().executeTakeFirstOrThrow();
}

export function updateDyno(
  { db }: Store,
  id: string,
  change: Partial<Omit<Dyno, 'id' | 'appId' | 'createdAt' | 'updatedAt'>>,
): Promise<Dyno | undefined> {
  return db
    .updateTable('dynos')
    .set({ ...change, updatedAt: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Asks for others in the place of these; crashed ones have no pause any more. */
export function askForRestart({ db }: Store, ids: string[], at: Date): Promise<unknown> {
  const isCrashed = sql<boolean>`state = 'crashed'`;
  return db
    .updateTable('dynos')
    .set({
      restartAt: sql<Date | null>`case when ${isCrashed} then ${at}::timestamptz else restart_at end`,
      restartAskedAt: sql<Date | null>`case when ${isCrashed} then null else ${at}::timestamptz end`,
      crashes: 0,
      updatedAt: at,
    })
    .where('id', 'in', ids)
    .execute();
}

export function deleteDyno({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('dynos').where('id', '=', id).execute();
}

export function findDyno({ db }: Store, id: string): Promise<Dyno | undefined> {
  return db.selectFrom('dynos').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Dynos that have a container on this node and aren't on their way out; one-off dynos have no node of their own yet. */
export function listRunning({ db }: Store, node: string): Promise<Dyno[]> {
  const ofNode = db.selectFrom('dynos').selectAll().where('node', 'in', [node, '']).where('containerId', 'is not', null);
  return ofNode.where('state', 'in', ['starting', 'up']).execute();
}

export type RoomHolder = Pick<Dyno, 'id' | 'appId' | 'name' | 'size'>;

/** Dynos that have room on this node: a container, running or crashed, or they are among these, which were let in. */
export function listRoomHolders({ db }: Store, node: string, letIn: readonly string[]): Promise<RoomHolder[]> {
  const ofNode = db.selectFrom('dynos').select(['id', 'appId', 'name', 'size']).where('node', 'in', [node, '']);
  const hasContainer = sql<boolean>`(container_id is not null and state <> 'idle')`;
  return ofNode.where((is) => is.or([is('id', '=', sql<string>`any (${letIn}::uuid[])`), hasContainer])).execute();
}

/** Dynos of one app or of all, by name. */
export function listDynos({ db }: Store, filter: { appId?: string; node?: string } = {}): Promise<Dyno[]> {
  let query = db.selectFrom('dynos').selectAll().orderBy('type').orderBy('number').orderBy('createdAt');
  if (filter.appId) query = query.where('appId', '=', filter.appId);
  if (filter.node) query = query.where('node', '=', filter.node);
  return query.execute();
}
