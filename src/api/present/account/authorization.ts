import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { Authorization as Known, User } from '../../../model/user.js';
import { absent, AppRef, createdAt, id, time, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef } from '../app/app.js';

const about = {
  name: 'oauth-authorization',
  about: 'An authorization is a token that somebody or something acts with for its user.',
  identity: ['id', '~'],
  param: 'authorization',
};

export const AccessToken = z.strictObject({
  id: id('access token'),
  token: z.string().describe('the token itself when it is made, and never again: later only how it begins and ends'),
  expires_in: z.int().nullable().describe('seconds until it expires; null when it never does'),
});

export const Authorization = resource(about, {
  id: id('authorization'),
  access_token: AccessToken,
  apps: z.array(AppRef).nullable().describe('the apps it is for; null when it is for all; not part of Heroku'),
  client: absent('OAuth client that obtained it'),
  created_at: createdAt('authorization'),
  description: z.string().describe('what it is for'),
  grant: absent('grant it was made by'),
  last_used_at: time('when it was used last, to the minute; not part of Heroku').nullable(),
  refresh_token: absent('token to refresh it with'),
  scope: z.array(z.string()).describe('what may be done with it'),
  session: absent('session that uses it'),
  updated_at: updatedAt('authorization'),
  user: z.strictObject({
    id: id('user'),
    email: z.string().describe('address of its user'),
    full_name: z.string().nullable().describe('name of its user'),
  }),
});

/** An authorization, with those of its apps that are among `apps`; the token itself is known, and shown, only when it is made. */
export function presentAuthorization(
  authorization: Known,
  { user, apps, now, token }: { user: Pick<User, 'id' | 'email' | 'name'>; apps: App[]; now: number; token?: string | undefined },
): z.input<typeof Authorization> {
  return {
    id: authorization.id,
    access_token: {
      id: authorization.id,
      token: token ?? authorization.tokenHint,
      expires_in: authorization.expiresAt ? Math.max(0, Math.ceil((authorization.expiresAt.getTime() - now) / 1000)) : null,
    },
    apps: authorization.apps && apps.filter((app) => authorization.apps?.includes(app.id)).map(presentAppRef),
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
