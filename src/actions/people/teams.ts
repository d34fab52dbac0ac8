// Teams: made, renamed, given up; and who belongs to them. There is always an admin.
import { PlatformError } from '../../model/errors.js';
import { checkTeamName, type Team } from '../../model/people/team.js';
import type { TeamRole } from '../../model/people/access.js';
import type { User } from '../../model/user.js';
import { inTransaction } from '../../store/open-store.js';
import { deleteCollaborations } from '../../store/people/collaborators.js';
import {
  appNamesOf,
  countMembers,
  deleteMember,
  deleteTeam,
  findMember,
  holdTeam,
  insertTeam,
  renameTeam as saveName,
  roleIn,
  saveMember,
  type NamedMember,
} from '../../store/people/teams.js';
import type { Context } from '../context.js';

/** So many people belong to one team. */
export const MOST_MEMBERS = 500;
/** So many apps are named in a refusal. */
const NAMED = 5;

const GONE = "Couldn't find that team.";

/** Makes a team, whose admin its maker is. Throws `invalid_params` for a name that is wrong or taken. */
export async function createTeam(ctx: Context, by: User, name: string): Promise<Team> {
  checkTeamName(name);
  const hasQuotas = ctx.quotas && Object.values(ctx.quotas).some((most) => most > 0);
  if (hasQuotas && by.role !== 'admin')
    throw new PlatformError('forbidden', 'Each team may have as much as a user here: only an admin of this platform makes teams.');
  const team = await insertTeam(ctx.store, { name, adminId: by.id });
  if (!team) throw taken(name);
  return team;
}

/** Throws `invalid_params` for a name that is wrong or taken. */
export async function renameTeam(ctx: Context, team: Team, name: string): Promise<Team> {
  if (name !== team.name) checkTeamName(name);
  const renamed = await saveName(ctx.store, team.id, name).catch((error: unknown) => {
    throw error instanceof PlatformError && error.id === 'invalid_params' ? taken(name) : error;
  });
  if (!renamed) throw new PlatformError('not_found', GONE);
  return renamed;
}

/** Throws `invalid_params` while it has apps. */
export async function removeTeam(ctx: Context, team: Team): Promise<void> {
  await inTransaction(ctx.store, async (store) => {
    if (!(await holdTeam(store, team.id))) throw new PlatformError('not_found', GONE);
    const names = await appNamesOf(store, team.id, NAMED + 1);
    const some = names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '');
    if (names.length > 0) throw new PlatformError('invalid_params', `${team.name} owns ${some}: transfer or destroy these apps first.`);
    await deleteTeam(store, team.id);
  });
}

/** Lets a user belong to a team, or changes what they are in it. Throws `invalid_params` for its last admin, or one too many. */
export async function setMember(ctx: Context, team: Team, { user, role }: { user: User; role: TeamRole }): Promise<NamedMember> {
  const member = await inTransaction(ctx.store, async (store) => {
    if (!(await holdTeam(store, team.id))) throw new PlatformError('not_found', GONE);
    const [before, { all, admins }] = [await roleIn(store, team.id, user.id), await countMembers(store, team.id)];
    if (before === 'admin' && role !== 'admin' && admins === 1) throw lastAdmin(team);
    if (before === null && all >= MOST_MEMBERS)
      throw new PlatformError('invalid_params', `${MOST_MEMBERS} people belong to ${team.name} at most. Remove some of them first.`);
    await saveMember(store, { teamId: team.id, userId: user.id, role });
    return findMember(store, team.id, user.id);
  });
  if (!member) throw new PlatformError('not_found', "Couldn't find that user.");
  await ctx.bus.publish('access-changed', { userId: user.id, appId: null });
  return member;
}

/** Takes somebody off a team, and off all of its apps. Throws `invalid_params` for its last admin. */
export async function removeMember(ctx: Context, team: Team, userId: string): Promise<void> {
  await inTransaction(ctx.store, async (store) => {
    if (!(await holdTeam(store, team.id))) throw new PlatformError('not_found', GONE);
    const [role, { admins }] = [await roleIn(store, team.id, userId), await countMembers(store, team.id)];
    if (role === null) throw new PlatformError('not_found', "Couldn't find that member.");
    if (role === 'admin' && admins === 1) throw lastAdmin(team);
    await deleteMember(store, { teamId: team.id, userId });
    await deleteCollaborations(store, { userId, ownerId: team.id });
  });
  await ctx.bus.publish('access-changed', { userId, appId: null });
}

function lastAdmin({ name }: Team): PlatformError {
  return new PlatformError('invalid_params', `${name} needs an admin: make another member one first, or remove the team.`);
}

function taken(name: string): PlatformError {
  return new PlatformError('invalid_params', `Name ${name} is already taken`);
}
