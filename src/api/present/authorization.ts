import type { Authorization, User } from '../../model/user.js';

/** An authorization; the token itself is known, and shown, only when it is made. */
export function presentAuthorization(authorization: Authorization, user: Pick<User, 'id' | 'email' | 'name'>, now: number, token?: string) {
  return {
    id: authorization.id,
    access_token: {
      id: authorization.id,
      token: token ?? authorization.tokenHint,
      expires_in: authorization.expiresAt ? Math.max(0, Math.ceil((authorization.expiresAt.getTime() - now) / 1000)) : null,
    },
    client: null,
    created_at: authorization.createdAt.toISOString(),
    description: authorization.description,
    grant: null,
    last_used_at: authorization.lastUsedAt?.toISOString() ?? null,
    refresh_token: null,
    scope: authorization.scope,
    session: null,
    updated_at: authorization.updatedAt.toISOString(),
    user: { id: user.id, email: user.email, full_name: user.name },
  };
}
