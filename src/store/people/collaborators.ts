// Who may do something with an app that isn't theirs.
import { sql } from 'kysely';
import type { Collaborator } from '../../model/people/team.js';
import type { Permission } from '../../model/people/access.js';
import type { Store } from '../open-store.js';

/** Those of an app, the first first. */
export function listCollaborators({ db }: Store, appId: string): Promise<Collaborator[]> {
  return db.selectFrom('collaborators').selectAll().where('appId', '=', appId).orderBy('createdAt').orderBy('id').execute();
}

export function findCollaborator({ db }: Store, appId: string, userId: string): Promise<Collaborator | undefined> {
  return db.selectFrom('collaborators').selectAll().where('appId', '=', appId).where('userId', '=', userId).executeTakeFirst();
}

/** Those of these apps that a user was let in to. */
export async function joinedOf({ db }: Store, userId: string, appIds: readonly string[]): Promise<Set<string>> {
  if (appIds.length === 0) return new Set();
  const query = db.selectFrom('collaborators').select('appId').where('userId', '=', userId);
  return new Set((await query.where('appId', 'in', [...appIds]).execute()).map(({ appId }) => appId));
}

/** Lets a user in; undefined where they are already. */
export function insertCollaborator(
  { db }: Store,
  one: Pick<Collaborator, 'appId' | 'userId' | 'permissions'>,
): Promise<Collaborator | undefined> {
  return db
    .insertInto('collaborators')
    .values(one)
    .onConflict((oc) => oc.columns(['appId', 'userId']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function updatePermissions({ db }: Store, id: string, permissions: Permission[]): Promise<Collaborator | undefined> {
  return db
    .updateTable('collaborators')
    .set({ permissions, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Whether they were there. */
export async function deleteCollaborator({ db }: Store, id: string): Promise<boolean> {
  return (await db.deleteFrom('collaborators').where('id', '=', id).returning('id').executeTakeFirst()) !== undefined;
}

/** Takes everybody off an app. */
export function deleteCollaborators({ db }: Store, appId: string): Promise<unknown> {
  return db.deleteFrom('collaborators').where('appId', '=', appId).execute();
}

/** Takes one user off all apps of an owner's. */
export function deleteCollaborations({ db }: Store, { userId, ownerId }: { userId: string; ownerId: string }): Promise<unknown> {
  return db
    .deleteFrom('collaborators')
    .where('userId', '=', userId)
    .where('appId', 'in', (eb) => eb.selectFrom('apps').select('id').where('ownerId', '=', ownerId))
    .execute();
}
