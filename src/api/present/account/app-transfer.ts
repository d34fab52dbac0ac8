import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import type { App } from '../../../model/app.js';
import type { User } from '../../../model/user.js';
import { AppRef, createdAt, id, updatedAt, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentUserRef } from './account.js';
import { presentAppRef } from '../app/app.js';

const about = { name: 'app-transfer', about: 'An app transfer gives an app to another user, at once.' };

export const AppTransfer = resource(about, {
  id: id('app transfer'),
  app: AppRef,
  created_at: createdAt('app transfer'),
  owner: UserRef,
  recipient: UserRef,
  state: z.literal('accepted').describe('whether the recipient has it; they need not agree here'),
  updated_at: updatedAt('app transfer'),
});

type Person = Pick<User, 'id' | 'email'>;

/** `app` as it is now, with the recipient as its owner. */
export function presentAppTransfer(app: App, owner: Person, recipient: Person): z.input<typeof AppTransfer> {
  const at = app.updatedAt.toISOString();
  return {
    id: uuidOf('app-transfer', app.id + owner.id + recipient.id + at),
    app: presentAppRef(app),
    created_at: at,
    owner: presentUserRef(owner),
    recipient: presentUserRef(recipient),
    state: 'accepted',
    updated_at: at,
  };
}
