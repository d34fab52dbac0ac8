import { z } from 'zod';
import { TEAM_ROLES } from '../../../model/people/access.js';
import type { Team } from '../../../model/people/team.js';
import type { User } from '../../../model/user.js';
import type { NamedMember } from '../../../store/people/teams.js';
import { createdAt, id, TeamRef, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'team-invitation', about: 'An invitation lets a user belong to a team: here at once.', identity: ['id'] };

const Person = z.strictObject({
  id: id('user'),
  email: z.string().describe('unique email address of user'),
  name: z.string().nullable().describe('full name of user'),
});

export const Invitation = resource(
  { ...about, param: 'invitation' },
  {
    id: id('invitation'),
    created_at: createdAt('invitation'),
    invited_by: Person,
    role: z.enum(TEAM_ROLES).describe('what they are in the team'),
    team: TeamRef,
    updated_at: updatedAt('invitation'),
    user: Person,
  },
);

/** The membership that came of it. */
export function presentInvitation(
  member: NamedMember,
  { team, by }: { team: Team; by: Pick<User, 'id' | 'email' | 'name'> },
): z.input<typeof Invitation> {
  return {
    id: member.id,
    created_at: member.createdAt.toISOString(),
    invited_by: { id: by.id, email: by.email, name: by.name },
    role: member.role,
    team: { id: team.id, name: team.name },
    updated_at: member.updatedAt.toISOString(),
    user: { id: member.userId, email: member.email, name: member.userName },
  };
}
