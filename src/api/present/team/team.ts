import { z } from 'zod';
import { TEAM_ROLES, type TeamRole } from '../../../model/people/access.js';
import type { Team as Known } from '../../../model/people/team.js';
import { absent, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'team', about: 'A team owns apps on which its members work.', identity: ['id', 'name'] };

export const Team = resource(about, {
  id: id('team'),
  created_at: createdAt('team'),
  credit_card_collections: z.literal(false).describe('whether it pays by credit card; nothing costs anything here'),
  default: z.literal(false).describe('whether it is used where none is named'),
  enterprise_account: absent('enterprise account it belongs to'),
  identity_provider: absent('where its members sign in'),
  membership_limit: z.int().nullable().describe('so many may belong to it'),
  name: z.string().describe('unique name of team'),
  provisioned_licenses: z.literal(false).describe('whether it has licenses'),
  role: z.enum(TEAM_ROLES).nullable().describe('what you are in it; null where you see it as an admin of the platform'),
  type: z.literal('team').describe('type of team'),
  updated_at: updatedAt('team'),
});

export function presentTeam(team: Known, { role, mostMembers }: { role: TeamRole | null; mostMembers: number }): z.input<typeof Team> {
  return {
    id: team.id,
    created_at: team.createdAt.toISOString(),
    credit_card_collections: false,
    default: false,
    enterprise_account: null,
    identity_provider: null,
    membership_limit: mostMembers,
    name: team.name,
    provisioned_licenses: false,
    role,
    type: 'team',
    updated_at: team.updatedAt.toISOString(),
  };
}
