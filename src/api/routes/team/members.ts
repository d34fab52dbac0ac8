import { z } from 'zod';
import { removeMember, setMember } from '../../../actions/people/teams.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import { TEAM_ROLES } from '../../../model/people/access.js';
import { pageOfApps } from '../../../store/app/apps.js';
import { findMember, pageOfMembers, type NamedMember } from '../../../store/people/teams.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { App } from '../../present/app/app.js';
import { presentMember, TeamMember } from '../../present/team/member.js';
import { presentApps } from '../app/apps.js';
import { Invitation, presentInvitation } from '../../present/team/invitation.js';
import { takeRange } from '../../range.js';
import { warn } from '../../warn.js';
import { teamFor } from './team-for.js';

const NewMember = z.object({
  email: z.string('must be the address of a user').max(254).toLowerCase().describe('address of the user'),
  federated: z.boolean('must be true or false').nullish().describe('whether they sign in elsewhere; nobody does here'),
  role: z.enum(TEAM_ROLES, `must be one of ${TEAM_ROLES.join(', ')}`).describe('what they are in the team'),
});

/** Who belongs to a team. */
export function mountTeamMembers(router: ApiRouter, deps: ApiDeps): void {
  const path = '/teams/:team/members';
  const facts = { of: TeamMember, gives: TeamMember } as const;
  const by = ['email', 'id', 'created_at'] as const;
  router.list(path, { ...facts, title: 'List', about: 'Lists who belongs to a team.', needs: 'read-members', by }, async (http, range) => {
    const page = await pageOfMembers(deps.store, http.state.team.id, range);
    return withItems(page, page.items.map(presentMember));
  });

  const saving = {
    ...facts,
    needs: 'share',
    takes: NewMember,
    about: 'Lets a user belong to a team, or says what they are in it.',
  } as const;
  const save = async (http: ApiContext, { email, role }: z.output<typeof NewMember>) =>
    setMember(deps, http.state.team, { user: await userOf(deps, email), role });
  router.post(path, { ...saving, title: 'Create' }, async (http, wish) => presentMember(await save(http, wish)));
  router.put(path, { ...saving, title: 'Create or Update' }, async (http, wish) => presentMember(await save(http, wish)));
  const changing = { ...saving, title: 'Update', about: 'Says what a member is in the team.' } as const;
  router.patch(path, changing, async (http, wish) => {
    await memberOf(deps, http, wish.email);
    return presentMember(await save(http, wish));
  });

  const removing = { ...facts, title: 'Delete', about: 'Takes a member off a team and its apps; oneself, too.', needs: 'join' } as const;
  router.delete(`${path}/:member`, removing, async (http) => {
    const { team, user } = http.state;
    const ref = param(http, 'member').toLowerCase();
    if (![user.id, user.email].includes(ref)) await teamFor(deps, http, team.id, 'share');
    const member = await memberOf(deps, http, ref);
    await removeMember(deps, team, member.userId);
    return presentMember(member);
  });

  const ofMember = {
    of: App,
    gives: App,
    title: 'List By Member',
    about: 'Lists the apps of a team that a member was let in to.',
  } as const;
  router.list(`${path}/:member/apps`, { ...ofMember, needs: 'view', by: ['name', 'id', 'updated_at'] }, async (http, range) => {
    const { team, user } = http.state;
    const ref = param(http, 'member').toLowerCase();
    if (![user.id, user.email].includes(ref)) await teamFor(deps, http, team.id, 'manage');
    const { userId } = await memberOf(deps, http, ref);
    const among = { ownerIds: [], openOwnerIds: [], collaboratorId: userId };
    const page = await pageOfApps(deps.store, { among, ids: null }, range, team.id);
    return withItems(page, await presentApps(deps, http, page.items));
  });

  const invitations = { of: Invitation, gives: Invitation } as const;
  const listing = { ...invitations, title: 'List', about: 'Lists open invitations: there are none, since nobody is asked here.' } as const;
  router.list('/teams/:team/invitations', { ...listing, needs: 'read-members', by: ['id'] }, (_http, range) =>
    Promise.resolve(takeRange([], range)),
  );
  const inviting = { ...invitations, title: 'Create', about: 'Lets a user belong to a team, at once: nobody is asked here.' } as const;
  router.put('/teams/:team/invitations', { ...inviting, needs: 'share', takes: NewMember }, async (http, wish) => {
    const member = await save(http, wish);
    warn(http, `${member.email} belongs to ${http.state.team.name} at once: there is no mail here to ask them by.`);
    return presentInvitation(member, { team: http.state.team, by: http.state.user });
  });
}

async function userOf({ store }: ApiDeps, ref: string) {
  const user = await findUser(store, ref);
  if (!user) throw new PlatformError('not_found', "Couldn't find that user. An admin of this platform adds users: paas users:add");
  return user;
}

/** By the user's address or id, or its own. */
async function memberOf({ store }: ApiDeps, http: ApiContext, ref: string): Promise<NamedMember> {
  const member = await findMember(store, http.state.team.id, ref);
  if (!member) throw new PlatformError('not_found', "Couldn't find that member.");
  return member;
}
