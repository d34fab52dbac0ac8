import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { OauthClient } from '../../../model/people/oauth.js';
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

const Client = z.strictObject({
  id: id('OAuth client'),
  name: z.string().describe('name of the OAuth client'),
  redirect_uri: z.string().describe('where it has browsers sent back to'),
});

export const Authorization = resource(about, {
  id: id('authorization'),
  access_token: AccessToken,
  apps: z.array(AppRef).nullable().describe('the apps it is for; null when it is for all; not part of Heroku'),
  client: Client.nullable().describe('OAuth client that obtained it; null where none did'),
  created_at: createdAt('authorization'),
  description: z.string().describe('what it is for'),
  grant: absent('grant it was made by'),
  last_used_at: time('when it was used last, to the minute; not part of Heroku').nullable(),
  refresh_token: AccessToken.nullable().describe('what its token is refreshed with; null where it is not'),
  scope: z.array(z.string()).describe('what may be done with it'),
  session: z
    .strictObject({ id: id('session') })
    .nullable()
    .describe('the session that it is; null where nobody signed in for it'),
  updated_at: updatedAt('authorization'),
  user: z.strictObject({
    id: id('user'),
    email: z.string().describe('address of its user'),
    full_name: z.string().nullable().describe('name of its user'),
  }),
});

interface Around {
  user: Pick<User, 'id' | 'email' | 'name'>;
  apps: App[];
  client?: OauthClient | undefined;
  now: number;
  token?: string | undefined;
}

/** Until it expires; null where it never does. */
export function secondsLeft({ expiresAt }: Pick<Known, 'expiresAt'>, now: number): number | null {
  return expiresAt ? Math.max(0, Math.ceil((expiresAt.getTime() - now) / 1000)) : null;
}

/** An authorization, with those of its apps that are among `apps`; the token itself is known, and shown, only when it is made. */
export function presentAuthorization(authorization: Known, { user, apps, client, now, token }: Around): z.input<typeof Authorization> {
  return {
    id: authorization.id,
    access_token: {
      id: authorization.id,
      token: token ?? authorization.tokenHint,
      expires_in: secondsLeft(authorization, now),
    },
    apps: authorization.apps && apps.filter((app) => authorization.apps?.includes(app.id)).map(presentAppRef),
    client: client ? { id: client.id, name: client.name, redirect_uri: client.redirectUri } : null,
    created_at: authorization.createdAt.toISOString(),
    description: authorization.description,
    grant: null,
    last_used_at: authorization.lastUsedAt?.toISOString() ?? null,
    refresh_token: authorization.refreshHint ? { id: authorization.id, token: authorization.refreshHint, expires_in: null } : null,
    scope: authorization.scope,
    session: authorization.isLogin ? { id: authorization.id } : null,
    updated_at: authorization.updatedAt.toISOString(),
    user: { id: user.id, email: user.email, full_name: user.name },
  };
}
