// The first user: the admin, whose token lies in the home.
import { readFileSync } from 'node:fs';
import { hintOf } from '../actions/people/new-token.js';
import { hashToken } from '../lib/seal.js';
import { deleteOtherAuthorizations, saveAuthorization } from '../store/people/authorizations.js';
import type { Store } from '../store/open-store.js';
import { ensureUser } from '../store/people/users.js';

const DESCRIPTION = 'admin.token of the home';

/** Makes the admin and their token known; a token that stood in the file before no longer works. */
export async function ensureAdmin(store: Store, o: { email: string; tokenFile: string }): Promise<void> {
  const token = readFileSync(o.tokenFile, 'utf8').trim();
  if (token.length < 16)
    throw new Error(`${o.tokenFile} must hold a token of at least 16 characters; remove the file, and the next start makes a new one.`);
  const admin = await ensureUser(store, { email: o.email, name: 'Admin', role: 'admin' });
  const tokenHash = hashToken(token);
  await saveAuthorization(store, {
    userId: admin.id,
    description: DESCRIPTION,
    scope: ['global'],
    tokenHash,
    tokenHint: hintOf(token),
  });
  await deleteOtherAuthorizations(store, { userId: admin.id, description: DESCRIPTION, keepHash: tokenHash });
}
