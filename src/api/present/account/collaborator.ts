import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import type { App } from '../../../model/app.js';
import type { User } from '../../../model/user.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentUserRef } from './account.js';
import { presentAppRef } from '../app/app.js';

const about = { name: 'collaborator', about: 'A collaborator is a user who may work on an app: its owner here, and no other.' };

const Permission = z.strictObject({ name: z.string().describe('what is allowed'), description: z.string().describe('what that means') });

export const Collaborator = resource(
  { ...about, identity: ['id'] },
  {
    id: id('collaborator'),
    app: AppRef,
    created_at: createdAt('collaborator'),
    permissions: z.array(Permission).describe('what they may do'),
    role: z.literal('owner').describe('what they are to the app'),
    updated_at: updatedAt('collaborator'),
    user: z.strictObject({
      id: id('user'),
      email: z.string().describe('unique email address of user'),
      federated: z.literal(false).describe('whether the user signs in elsewhere'),
    }),
  },
);

/** What `view`, `deploy` and the others let one do, in Heroku's words. */
const PERMISSIONS = [
  { name: 'deploy', description: 'Deploy code' },
  { name: 'manage', description: 'Manage users and configuration' },
  { name: 'operate', description: 'Scale and restart dynos' },
  { name: 'view', description: 'View resources' },
];

export function presentOwner(app: App, owner: Pick<User, 'id' | 'email'>): z.input<typeof Collaborator> {
  return {
    id: uuidOf('collaborator', app.id + owner.id),
    app: presentAppRef(app),
    created_at: app.createdAt.toISOString(),
    permissions: PERMISSIONS,
    role: 'owner',
    updated_at: app.createdAt.toISOString(),
    user: { ...presentUserRef(owner), federated: false },
  };
}
