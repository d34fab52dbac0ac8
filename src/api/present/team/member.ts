import { z } from 'zod';
import { TEAM_ROLES } from '../../../model/people/access.js';
import type { NamedMember } from '../../../store/people/teams.js';
import { absent, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'team-member', about: 'A member is a user who belongs to a team.', identity: ['id', 'email'], param: 'member' };

export const TeamMember = resource(about, {
  id: id('team member'),
  created_at: createdAt('membership'),
  email: z.string().describe('email address of the member'),
  federated: z.literal(false).describe('whether the user signs in elsewhere'),
  identity_provider: absent('where the member signs in'),
  role: z.enum(TEAM_ROLES).describe('what they are in the team'),
  two_factor_authentication: z.boolean().describe('whether two-factor authentication is on'),
  updated_at: updatedAt('membership'),
  user: z.strictObject({
    id: id('user'),
    email: z.string().describe('unique email address of user'),
    name: z.string().nullable().describe('full name of user'),
  }),
});

export function presentMember(member: NamedMember): z.input<typeof TeamMember> {
  return {
    id: member.id,
    created_at: member.createdAt.toISOString(),
    email: member.email,
    federated: false,
    identity_provider: null,
    role: member.role,
    two_factor_authentication: member.twoFactor,
    updated_at: member.updatedAt.toISOString(),
    user: { id: member.userId, email: member.email, name: member.userName },
  };
}
