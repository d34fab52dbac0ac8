import { z } from 'zod';
import type { User } from '../../../model/user.js';
import { absent, createdAt, id, time, updatedAt, type UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'account',
  about: 'An account is a user of this platform.',
  identity: ['id', 'email', '~'],
  param: 'user',
};

export const Account = resource(about, {
  id: id('account'),
  email: z.string().describe('unique email address of account'),
  name: z.string().nullable().describe('full name of the account owner'),
  allow_tracking: z.literal(false).describe('whether third parties may track it; nobody does here'),
  beta: z.literal(false).describe('whether it sees beta features'),
  country_of_residence: absent('country where account owner resides'),
  default_organization: absent('team selected by default'),
  default_team: absent('team selected by default'),
  delinquent_at: absent('when account became delinquent'),
  federated: z.literal(false).describe('whether the user signs in elsewhere'),
  identity_provider: absent('identity provider of federated users'),
  last_login: absent('when account last signed in'),
  role: z.enum(['admin', 'member']).describe('what the user may do on this platform; not part of Heroku'),
  sms_number: absent('SMS number of account'),
  suspended_at: time('when account was suspended').nullable(),
  two_factor_authentication: z.boolean().describe('whether two-factor authentication is on'),
  verified: z.literal(true).describe('whether account has been verified'),
  created_at: createdAt('account'),
  updated_at: updatedAt('account'),
});

/** A user as Heroku's `account`. */
export function presentAccount(user: User): z.input<typeof Account> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    allow_tracking: false,
    beta: false,
    country_of_residence: null,
    default_organization: null,
    default_team: null,
    delinquent_at: null,
    federated: false,
    identity_provider: null,
    last_login: null,
    role: user.role,
    sms_number: null,
    suspended_at: user.suspendedAt?.toISOString() ?? null,
    two_factor_authentication: user.twoFactor,
    verified: true,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

/** A user as they appear inside other things. */
export function presentUserRef(user: Pick<User, 'id' | 'email'>): z.input<typeof UserRef> {
  return { id: user.id, email: user.email };
}
