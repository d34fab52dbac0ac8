import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import type { App } from '../../../model/app.js';
import { PERMISSIONS, TEAM_ROLES, type Permission as Name, type TeamRole } from '../../../model/people/access.js';
import type { Collaborator as Known } from '../../../model/people/team.js';
import type { User } from '../../../model/user.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentUserRef } from './account.js';
import { presentAppRef } from '../app/app.js';

export const Permission = resource(
  { name: 'team-app-permission', about: 'A permission is what somebody may do with one app.', identity: ['name'] },
  { name: z.enum(PERMISSIONS).describe('what is allowed'), description: z.string().describe('what that means') },
);

const about = { name: 'collaborator', about: 'A collaborator is a user who may work on an app: its owner, and whoever was let in.' };

export const Collaborator = resource(
  { ...about, identity: ['id'] },
  {
    id: id('collaborator'),
    app: AppRef,
    created_at: createdAt('collaborator'),
    permissions: z.array(Permission).describe('what they may do'),
    role: z.enum(['owner', ...TEAM_ROLES]).describe('what they are to the app, or in its team'),
    updated_at: updatedAt('collaborator'),
    user: z.strictObject({
      id: id('user'),
      email: z.string().describe('unique email address of user'),
      federated: z.literal(false).describe('whether the user signs in elsewhere'),
    }),
  },
);

const MEANING: Record<Name, string> = {
  deploy: 'Deploy code, read and set config vars, run one-off dynos',
  manage: 'Rename, lock and destroy it, and say who works on it',
  operate: 'Scale and restart dynos; add-ons, domains, drains and config vars',
  view: 'See it, and its log',
};

type Person = Pick<User, 'id' | 'email'>;

export function presentPermission(name: Name): z.input<typeof Permission> {
  return { name, description: MEANING[name] };
}

/** The user or the team that an app belongs to. */
export function presentOwner(app: App, owner: Person): z.input<typeof Collaborator> {
  return {
    id: uuidOf('collaborator', app.id + owner.id),
    app: presentAppRef(app),
    created_at: app.createdAt.toISOString(),
    permissions: PERMISSIONS.map(presentPermission),
    role: 'owner',
    updated_at: app.createdAt.toISOString(),
    user: { ...presentUserRef(owner), federated: false },
  };
}

/** Somebody else, with what they are in the app's team. */
export function presentCollaborator(
  known: Known,
  app: Pick<App, 'id' | 'name'>,
  { user, role }: { user: Person; role: TeamRole | null },
): z.input<typeof Collaborator> {
  return {
    id: known.id,
    app: presentAppRef(app),
    created_at: known.createdAt.toISOString(),
    permissions: (role === 'admin' ? [...PERMISSIONS] : known.permissions).map(presentPermission),
    role: role ?? 'collaborator',
    updated_at: known.updatedAt.toISOString(),
    user: { ...presentUserRef(user), federated: false },
  };
}
