import { isUuid } from '../../lib/is-uuid.js';
import { PlatformError } from '../../model/errors.js';
import { teamOfAddress } from '../../model/people/team.js';
import type { User } from '../../model/user.js';
import type { Page, Range } from '../../model/page.js';
import { inTransaction, type Store } from '../open-store.js';
import { deleteCollaborations } from './collaborators.js';
import { holdTeamsLedBy, teamsLedAloneBy } from './teams.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  email: { column: 'email', kind: 'text' },
  id: { column: 'id', kind: 'uuid' },
  created_at: { column: 'createdAt', kind: 'time' },
};

/** Finds a user by id or e-mail address: a person, no team. */
export function findUser({ db }: Store, ref: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where(isUuid(ref) ? 'id' : 'email', '=', ref)
    .where('isTeam', '=', false)
    .executeTakeFirst();
}

/** Those of these ids who are there; teams, too. */
export function findUsers({ db }: Store, ids: string[]): Promise<User[]> {
  return ids.length === 0 ? Promise.resolve([]) : db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
}

export function pageOfUsers({ db }: Store, range: Range): Promise<Page<User>> {
  return readPage(db.selectFrom('users').selectAll().where('isTeam', '=', false), range, SORTED_BY);
}

type NewUser = Pick<User, 'email' | 'name' | 'role'>;
export type UserChange = Partial<Pick<User, 'name' | 'role' | 'suspendedAt'>>;

/** Throws `invalid_params` when the address is taken, or stands for a team. */
export async function insertUser({ db }: Store, user: NewUser): Promise<User> {
  if (teamOfAddress(user.email) !== null) throw new PlatformError('invalid_params', `Email ${user.email} stands for a team; use another.`);
  return db
    .insertInto('users')
    .values({ ...user, suspendedAt: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Changes a user. The last admin who may act stays one: throws `invalid_params`. */
export function updateUser(store: Store, id: string, change: UserChange): Promise<User | undefined> {
  return inTransaction(store, async (within) => {
    if (change.role === 'member' || change.suspendedAt) await keepAnAdmin(within, id);
    return within.db
      .updateTable('users')
      .set({ ...change, updatedAt: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  });
}

/** Deletes a user with their tokens; their apps go to `heirId`. Throws `invalid_params` for the last admin, or for apps without an heir. */
export function deleteUser(store: Store, id: string, heirId: string | null): Promise<void> {
  return inTransaction(store, async (within) => {
    const { db } = within;
    // Of two admins of a team who are removed at once, the second is its only one.
    await holdTeamsLedBy(within, id);
    await keepAnAdmin(within, id);
    // Locked, so that they create no app meanwhile.
    await db.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute();
    const apps = heirId === null ? await db.selectFrom('apps').select('name').where('ownerId', '=', id).orderBy('name').execute() : [];
    if (apps.length > 0) {
      const names = apps.map(({ name }) => name).join(', ');
      throw new PlatformError('invalid_params', `They own ${names}: name who gets these apps (transfer_to), or destroy them first.`);
    }
    const alone = await teamsLedAloneBy(within, id);
    if (alone.length > 0)
      throw new PlatformError('invalid_params', `They are the only admin of the team ${alone.join(', ')}: make another member one first.`);
    if (heirId !== null) {
      await db.updateTable('apps').set({ ownerId: heirId, updatedAt: new Date() }).where('ownerId', '=', id).execute();
      await deleteCollaborations(within, { userId: heirId, ownerId: heirId });
    }
    await db.deleteFrom('users').where('id', '=', id).execute();
  });
}

/** The rows of all admins are locked: of two who remove each other, one stays. */
async function keepAnAdmin({ db }: Store, without: string): Promise<void> {
  const active = db.selectFrom('users').select('id').where('role', '=', 'admin').where('suspendedAt', 'is', null);
  const admins = await active.orderBy('id').forUpdate().execute();
  const isLast = admins.length === 1 && admins[0]!.id === without;
  if (isLast) throw new PlatformError('invalid_params', 'The platform needs an admin: make another user one first.');
}

/** Inserts a user, or returns the one who has this address already. */
export async function ensureUser({ db }: Store, user: NewUser): Promise<User> {
  return db
    .insertInto('users')
    .values({ ...user, suspendedAt: null })
    .onConflict((oc) => oc.column('email').doUpdateSet({ email: user.email }))
    .returningAll()
    .executeTakeFirstOrThrow();
}
