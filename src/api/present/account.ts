import type { User } from '../../model/user.js';

/** A user as Heroku's `account`. */
export function presentAccount(user: User) {
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
    two_factor_authentication: false,
    verified: true,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

/** A user as they appear inside other things. */
export function presentUserRef(user: Pick<User, 'id' | 'email'>) {
  return { id: user.id, email: user.email };
}
