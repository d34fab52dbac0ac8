import { z } from 'zod';
import type { OauthClient as Noun } from '../../../model/people/oauth.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'oauth-client',
  about: 'An OAuth client is a program that asks people to let it act for them.',
  identity: ['id'],
  param: 'client',
};

export const OauthClient = resource(about, {
  created_at: createdAt('OAuth client'),
  id: id('OAuth client'),
  ignores_delinquent: z.literal(false).describe('nothing costs anything here'),
  name: z.string().describe('what people are told that asks'),
  redirect_uri: z.string().describe('where browsers are sent back to'),
  secret: z.string().describe('its secret when it is made, and never again: later only how it begins and ends'),
  updated_at: updatedAt('OAuth client'),
});

/** The secret is known, and shown, only when it is made. */
export function presentOauthClient(client: Noun, secret?: string): z.input<typeof OauthClient> {
  return {
    created_at: client.createdAt.toISOString(),
    id: client.id,
    ignores_delinquent: false,
    name: client.name,
    redirect_uri: client.redirectUri,
    secret: secret ?? client.secretHint,
    updated_at: client.updatedAt.toISOString(),
  };
}
