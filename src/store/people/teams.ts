// Teams are users that nobody signs in as: they own apps, and people belong to them.
import { sql } from 'kysely';
import { isUuid } from '../../lib/is-uuid.js';
import type { Page, Range } from '../../model/page.js';
import type { TeamRole } from '../../model/people/access.js';
import { addressOfTeam, type Team, type TeamMember } from '../../model/people/team.js';
import type { User } from '../../model/user.js';
import { inTransaction, type Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const BY_NAME: Record<string, SortKey> = {
  name: { column: 'name', kind: 'text' },
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};
const BY_ADDRESS: Record<string, SortKey> = {
  email: { column: 'email', kind: 'text' },
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};

const selectTeams = ({ db }: Store) =>
  db
    .selectFrom('users')
    .select(['id', 'createdAt', 'updatedAt', sql<string>`name`.as('name')])
    .where('isTeam', '=', true);

/** Finds a team by name or id. */
export function findTeam(store: Store, ref: string): Promise<Team | undefined> {
  const query = selectTeams(store);
  return (isUuid(ref) ? query.where('id', '=', ref) : query.where('email', '=', addressOfTeam(ref))).executeTakeFirst();
}

/** The team as an owner of apps; undefined where that is no team's id. */
export function findTeamAsOwner({ db }: Store, id: string): Promise<User | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).where('isTeam', '=', true).executeTakeFirst();
}

/** A part of the list of the teams that a user belongs to; null is of all there are. */
export function pageOfTeams(store: Store, userId: string | null, range: Range): Promise<Page<Team>> {
  const all = selectTeams(store);
  const query =
    userId === null ? all : all.where('id', 'in', (eb) => eb.selectFrom('teamMembers').select('teamId').where('userId', '=', userId));
  return readPage(query, range, BY_NAME);
}

/** Inserts a team with its first admin; undefined when the name is taken. */
export function insertTeam(store: Store, { name, adminId }: { name: string; adminId: string }): Promise<Team | undefined> {
  return inTransaction(store, async ({ db }) => {
    const row = await db
      .insertInto('users')
      .values({ email: addressOfTeam(name), name, role: 'member', suspendedAt: null, isTeam: true })
      .onConflict((oc) => oc.column('email').doNothing())
      .returning(['id', 'createdAt', 'updatedAt'])
      .executeTakeFirst();
    if (!row) return undefined;
    await db.insertInto('teamMembers').values({ teamId: row.id, userId: adminId, role: 'admin' }).execute();
    return { ...row, name };
  });
}

/** Renames a team; undefined when it is gone. Throws `invalid_params` when the name is taken. */
export async function renameTeam({ db }: Store, id: string, name: string): Promise<Team | undefined> {
  const row = await db
    .updateTable('users')
    .set({ email: addressOfTeam(name), name, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('isTeam', '=', true)
    .returning(['id', 'createdAt', 'updatedAt'])
    .executeTakeFirst();
  return row && { ...row, name };
}

/** Holds a team until the transaction ends: of two who change who belongs to it, the second sees what the first did. */
export async function holdTeam({ db }: Store, id: string): Promise<boolean> {
  const query = db.selectFrom('users').select('id').where('id', '=', id).where('isTeam', '=', true);
  return (await query.forUpdate().executeTakeFirst()) !== undefined;
}

/** Holds the teams of which a user is an admin, the same way; to be called before anything else is locked. */
export function holdTeamsLedBy({ db }: Store, userId: string): Promise<unknown> {
  const led = db.selectFrom('teamMembers').select('teamId').where('userId', '=', userId).where('role', '=', 'admin');
  return db.selectFrom('users').select('id').where('id', 'in', led).orderBy('id').forUpdate().execute();
}

export function deleteTeam({ db }: Store, id: string): Promise<unknown> {
  return db.deleteFrom('users').where('id', '=', id).where('isTeam', '=', true).execute();
}

/** Names of so many of the apps of an owner at most, by name. */
export async function appNamesOf({ db }: Store, ownerId: string, most: number): Promise<string[]> {
  const rows = await db.selectFrom('apps').select('name').where('ownerId', '=', ownerId).orderBy('name').limit(most).execute();
  return rows.map(({ name }) => name);
}

export type NamedMember = TeamMember & Pick<User, 'email' | 'twoFactor'> & { userName: string | null };

const selectMembers = ({ db }: Store, teamId: string) =>
  db
    .selectFrom('teamMembers')
    .innerJoin('users', 'users.id', 'teamMembers.userId')
    .select(['teamMembers.id', 'teamMembers.teamId', 'teamMembers.userId', 'teamMembers.role'])
    .select(['teamMembers.createdAt', 'teamMembers.updatedAt', 'users.email', 'users.twoFactor', 'users.name as userName'])
    .where('teamMembers.teamId', '=', teamId);

/** A part of the list of who belongs to a team. */
export function pageOfMembers(store: Store, teamId: string, range: Range): Promise<Page<NamedMember>> {
  // As one table, so that it can be sorted by columns of either.
  const members = store.db.selectFrom(selectMembers(store, teamId).as('teamMembers')).selectAll();
  return readPage(members as never, range, BY_ADDRESS) as Promise<Page<NamedMember>>;
}

/** One who belongs to a team: by the membership's id, or the user's id or address. */
export function findMember(store: Store, teamId: string, ref: string): Promise<NamedMember | undefined> {
  const all = selectMembers(store, teamId);
  if (!isUuid(ref)) return all.where('users.email', '=', ref).executeTakeFirst();
  return all.where((eb) => eb.or([eb('teamMembers.userId', '=', ref), eb('teamMembers.id', '=', ref)])).executeTakeFirst();
}

/** What a user is in a team; null where they don't belong to it. */
export async function roleIn({ db }: Store, teamId: string, userId: string): Promise<TeamRole | null> {
  const query = db.selectFrom('teamMembers').select('role').where('teamId', '=', teamId).where('userId', '=', userId);
  return (await query.executeTakeFirst())?.role ?? null;
}

/** How many belong to a team, and how many of these are its admins. */
export async function countMembers({ db }: Store, teamId: string): Promise<{ all: number; admins: number }> {
  return db
    .selectFrom('teamMembers')
    .select((eb) => [eb.fn.countAll<number>().as('all'), eb.fn.countAll<number>().filterWhere('role', '=', 'admin').as('admins')])
    .where('teamId', '=', teamId)
    .executeTakeFirstOrThrow();
}

export async function saveMember({ db }: Store, one: Pick<TeamMember, 'teamId' | 'userId' | 'role'>): Promise<void> {
  await db
    .insertInto('teamMembers')
    .values(one)
    .onConflict((oc) => oc.columns(['teamId', 'userId']).doUpdateSet({ role: one.role, updatedAt: sql<Date>`now()` }))
    .execute();
}

export function deleteMember({ db }: Store, { teamId, userId }: Pick<TeamMember, 'teamId' | 'userId'>): Promise<unknown> {
  return db.deleteFrom('teamMembers').where('teamId', '=', teamId).where('userId', '=', userId).execute();
}

/** The names of the teams that have no other admin. */
export async function teamsLedAloneBy({ db }: Store, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('teamMembers as mine')
    .innerJoin('users as team', 'team.id', 'mine.teamId')
    .select(sql<string>`team.name`.as('name'))
    .where('mine.userId', '=', userId)
    .where('mine.role', '=', 'admin')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('teamMembers as other')
            .select('other.id')
            .whereRef('other.teamId', '=', 'mine.teamId')
            .where('other.role', '=', 'admin')
            .where('other.userId', '<>', userId),
        ),
      ),
    )
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}
