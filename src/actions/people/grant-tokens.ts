// What a person allowed becomes tokens: for a code, once, and for a refresh token as often as it takes. A code that is used twice was
// stolen by one of the two: what it gave is taken back (RFC 6749 §4.1.2).
import { hashToken } from '../../lib/seal.js';
import { ACCESS_FOR_S, isVerifierOf, type OauthClient } from '../../model/people/oauth.js';
import type { Authorization } from '../../model/user.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { findByRefreshToken, saveAuthorization, updateToken } from '../../store/people/authorizations.js';
import { findOauthClientBySecret, holdOauthCode, useOauthCode } from '../../store/people/oauth-clients.js';
import { findUser } from '../../store/people/users.js';
import type { Context } from '../context.js';
import { hintOf, newToken } from './new-token.js';
import { revokeToken } from './revoke-access.js';

export interface Granted {
  authorization: Authorization;
  token: string;
  refreshToken: string;
}

/** Whose secret it is; where the client also says who it is, it must be that one. */
export async function clientOfSecret({ store }: { store: Store }, secret: string, id: string | null): Promise<OauthClient | undefined> {
  const found = await findOauthClientBySecret(store, hashToken(secret));
  return found && (id === null || id === found.id) ? found : undefined;
}

interface Shown {
  code: string;
  /** Where the browser was sent back to; null where the client doesn't say. */
  redirectUri: string | null;
  /** Of PKCE. */
  verifier: string | null;
}

/** Tokens for a code; undefined where it isn't good (any more). */
export async function exchangeCode(ctx: Context, client: OauthClient, shown: Shown): Promise<Granted | undefined> {
  const codeHash = hashToken(shown.code);
  const outcome = await inTransaction(ctx.store, async (store) => {
    const code = await holdOauthCode(store, codeHash, client.id);
    if (!code) return undefined;
    if (code.isUsed) return { stolen: { id: code.authorizationId, userId: code.userId } };
    const user = await findUser(store, code.userId);
    const isThere = shown.redirectUri === null || shown.redirectUri === client.redirectUri;
    const isMeant = isThere && isVerifierOf(code.challenge, shown.verifier);
    if (code.hasExpired || !isMeant || !user || user.suspendedAt) {
      await useOauthCode(store, codeHash, null);
      return undefined;
    }
    const granted = await grant(store, client, code);
    await useOauthCode(store, codeHash, granted.authorization.id);
    return granted;
  });
  if (outcome === undefined || 'token' in outcome) return outcome;
  const { id, userId } = outcome.stolen;
  if (id !== null) await revokeToken(ctx, { id, userId });
  return undefined;
}

async function grant(store: Store, client: OauthClient, { userId, scope }: Pick<Authorization, 'userId' | 'scope'>): Promise<Granted> {
  const [token, refreshToken] = [newToken(), newToken()];
  const authorization = await saveAuthorization(store, {
    userId,
    scope,
    description: client.name,
    clientId: client.id,
    lifetimeS: ACCESS_FOR_S,
    tokenHash: hashToken(token),
    tokenHint: hintOf(token),
    refreshHash: hashToken(refreshToken),
    refreshHint: hintOf(refreshToken),
  });
  return { authorization, token, refreshToken };
}

/** Another access token in place of the one before; undefined where the refresh token isn't good (any more). */
export async function refreshTokens({ store }: { store: Store }, client: OauthClient, refreshToken: string): Promise<Granted | undefined> {
  const found = await findByRefreshToken(store, hashToken(refreshToken));
  if (found?.clientId !== client.id) return undefined;
  const user = await findUser(store, found.userId);
  if (!user || user.suspendedAt) return undefined;
  const token = newToken();
  const authorization = await updateToken(store, found, { tokenHash: hashToken(token), tokenHint: hintOf(token) });
  return authorization && { authorization, token, refreshToken };
}
