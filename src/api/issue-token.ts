// A new token: shown once, kept as a hash.
import { hintOf, newToken } from '../actions/people/new-token.js';
import { hashToken } from '../lib/seal.js';
import type { Scope } from '../model/scope.js';
import type { Authorization, User } from '../model/user.js';
import { saveAuthorization, updateToken } from '../store/people/authorizations.js';
import type { Store } from '../store/open-store.js';

interface Wish {
  user: Pick<User, 'id'>;
  description: string;
  /** Seconds; null or absent is for ever. */
  expiresInS?: number | null | undefined;
  scope?: Scope[];
  /** Ids of the apps it is for; null or absent is all. */
  apps?: string[] | null;
  /** Whether a password was given for it. */
  isLogin?: boolean;
}

/** Makes a token for a user. Nobody can read it again later. */
export async function issueToken(
  store: Store,
  { user, description, expiresInS, scope = ['global'], apps = null, isLogin = false }: Wish,
): Promise<{ authorization: Authorization; token: string }> {
  const token = newToken();
  const authorization = await saveAuthorization(store, {
    userId: user.id,
    description,
    scope,
    apps,
    tokenHash: hashToken(token),
    tokenHint: hintOf(token),
    lifetimeS: expiresInS ?? null,
    isLogin,
  });
  return { authorization, token };
}

/** Another token in place of that one, which is good no more; undefined when it was revoked meanwhile. */
export async function replaceToken(store: Store, old: Authorization): Promise<{ authorization: Authorization; token: string } | undefined> {
  const token = newToken();
  const authorization = await updateToken(store, old, { tokenHash: hashToken(token), tokenHint: hintOf(token) });
  return authorization && { authorization, token };
}
