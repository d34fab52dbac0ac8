import { z } from 'zod';
import type { Granted } from '../../../actions/people/grant-tokens.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { secondsLeft } from './authorization.js';

const about = {
  name: 'oauth-token',
  about: 'OAuth tokens are what a client gets for a code, or for the token to refresh them with.',
  identity: ['id'],
};

const Token = z.strictObject({
  id: id('token'),
  token: z.string().describe('the token itself'),
  expires_in: z.int().nullable().describe('seconds until it expires; null when it never does'),
});

export const OauthToken = resource(about, {
  access_token: Token.describe('what one acts with'),
  authorization: z.strictObject({ id: id('authorization') }),
  client: z.null().describe('the client knows its secret; always null here'),
  created_at: createdAt('token'),
  grant: z.strictObject({ code: z.string(), type: z.string() }).describe('what it was given for'),
  id: id('token'),
  refresh_token: Token.describe('what another one is had with'),
  session: z.strictObject({ id: id('session') }),
  updated_at: updatedAt('token'),
  user: z.strictObject({ id: id('user') }),
});

export interface Grant {
  type: 'authorization_code' | 'refresh_token';
  /** Empty where a token was refreshed. */
  code: string;
}

export function presentOauthToken(granted: Granted, grant: Grant, now: number): z.input<typeof OauthToken> {
  const { authorization, token, refreshToken } = granted;
  const { id: authorizationId, userId, createdAt: created, updatedAt: updated } = authorization;
  return {
    access_token: { id: authorizationId, token, expires_in: secondsLeft(authorization, now) },
    authorization: { id: authorizationId },
    client: null,
    created_at: created.toISOString(),
    grant: { code: grant.code, type: grant.type },
    id: authorizationId,
    refresh_token: { id: authorizationId, token: refreshToken, expires_in: null },
    session: { id: authorizationId },
    updated_at: updated.toISOString(),
    user: { id: userId },
  };
}
