// What somebody has been given: on an app, and in teams.
import type { App } from '../../model/app.js';
import type { Held, TeamRole } from '../../model/people/access.js';
import type { Store } from '../open-store.js';

/** What a user has been given on an app that isn't theirs; null where it is nothing. */
export async function readHeld({ db }: Store, userId: string, app: Pick<App, 'id' | 'ownerId'>): Promise<Held | null> {
  const { permissions, teamRole } = await db
    .selectNoFrom((eb) => [
      eb.selectFrom('collaborators').select('permissions').where('appId', '=', app.id).where('userId', '=', userId).as('permissions'),
      eb.selectFrom('teamMembers').select('role').where('teamId', '=', app.ownerId).where('userId', '=', userId).as('teamRole'),
    ])
    .executeTakeFirstOrThrow();
  return permissions || teamRole ? { permissions, teamRole } : null;
}

export interface Membership {
  teamId: string;
  role: TeamRole;
}

/** The teams that a user belongs to. */
export function membershipsOf({ db }: Store, userId: string): Promise<Membership[]> {
  return db.selectFrom('teamMembers').select(['teamId', 'role']).where('userId', '=', userId).orderBy('teamId').execute();
}

/** What these users are in a team. */
export async function rolesIn({ db }: Store, teamId: string, userIds: readonly string[]): Promise<Map<string, TeamRole>> {
  if (userIds.length === 0) return new Map();
  const query = db.selectFrom('teamMembers').select(['userId', 'role']).where('teamId', '=', teamId);
  const rows = await query.where('userId', 'in', [...userIds]).execute();
  return new Map(rows.map(({ userId, role }) => [userId, role]));
}
