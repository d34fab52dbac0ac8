import { z } from 'zod';
import type { Authorization } from '../../../model/user.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { AccessToken, secondsLeft } from './authorization.js';

const about = {
  name: 'oauth-session',
  about: 'A session is a token that somebody signed in for, such as that of a terminal.',
  identity: ['id', '~'],
  param: 'session',
};

export const OauthSession = resource(about, {
  access_token: AccessToken,
  created_at: createdAt('session'),
  description: z.string().describe('what signed in'),
  expires_in: z.int().nullable().describe('seconds until it expires; null when it never does'),
  id: id('session'),
  updated_at: updatedAt('session'),
});

/** The token itself is known, and shown, only when it is made. */
export function presentOauthSession(login: Authorization, now: number, token?: string): z.input<typeof OauthSession> {
  const expiresIn = secondsLeft(login, now);
  return {
    access_token: { id: login.id, token: token ?? login.tokenHint, expires_in: expiresIn },
    created_at: login.createdAt.toISOString(),
    description: login.description,
    expires_in: expiresIn,
    id: login.id,
    updated_at: login.updatedAt.toISOString(),
  };
}
