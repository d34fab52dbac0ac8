import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { AppTransfer as Known } from '../../../model/people/team.js';
import type { User } from '../../../model/user.js';
import { AppRef, createdAt, id, updatedAt, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentUserRef } from './account.js';
import { presentAppRef } from '../app/app.js';

const about = {
  name: 'app-transfer',
  about: 'An app transfer offers an app to another user, or gives it.',
  identity: ['id'],
  param: 'transfer',
};

export const AppTransfer = resource(about, {
  id: id('app transfer'),
  app: AppRef,
  created_at: createdAt('app transfer'),
  owner: UserRef,
  recipient: UserRef,
  state: z.enum(['pending', 'accepted', 'declined']).describe('whether the recipient has it; an admin of the platform asks nobody'),
  updated_at: updatedAt('app transfer'),
});

type Person = Pick<User, 'id' | 'email'>;

export function presentAppTransfer(
  transfer: Known,
  { app, owner, recipient }: { app: Pick<App, 'id' | 'name'>; owner: Person; recipient: Person },
): z.input<typeof AppTransfer> {
  return {
    id: transfer.id,
    app: presentAppRef(app),
    created_at: transfer.createdAt.toISOString(),
    owner: presentUserRef(owner),
    recipient: presentUserRef(recipient),
    state: transfer.state,
    updated_at: transfer.updatedAt.toISOString(),
  };
}
