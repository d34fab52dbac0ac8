import { z } from 'zod';
import type { SshKey as Noun } from '../../../model/people/ssh-key.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'key',
  about: 'A key is the public half of an SSH key, kept with an account. Git and the API take a token, not a key.',
  identity: ['id', 'fingerprint'],
};

export const SshKey = resource(about, {
  comment: z.string().describe('comment on the key'),
  created_at: createdAt('key'),
  email: z.string().describe('the same as the comment, for old clients'),
  fingerprint: z.string().describe('SHA-256 of the key, as ssh-keygen shows it'),
  id: id('key'),
  public_key: z.string().describe('the whole public key'),
  updated_at: updatedAt('key'),
});

export function presentSshKey(key: Noun): z.input<typeof SshKey> {
  return {
    comment: key.comment,
    created_at: key.createdAt.toISOString(),
    email: key.comment,
    fingerprint: key.fingerprint,
    id: key.id,
    public_key: key.publicKey,
    updated_at: key.updatedAt.toISOString(),
  };
}
