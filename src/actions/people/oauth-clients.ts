// OAuth clients: registered by people, with a secret that is shown once; whoever takes one away takes back all that it was given.
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import { MOST_CLIENTS, type OauthClient } from '../../model/people/oauth.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { deleteAuthorizationsOfClient } from '../../store/people/authorizations.js';
import { countOauthClients, deleteOauthClient, insertOauthClient, updateOauthClient } from '../../store/people/oauth-clients.js';
import { holdUser } from '../../store/people/quota-usage.js';
import type { Context } from '../context.js';
import { hintOf, newToken } from './new-token.js';

interface WithSecret {
  client: OauthClient;
  /** Nobody can read it again. */
  secret: string;
}

/** Registers one. Throws `invalid_params` for one too many. */
export function addOauthClient(
  { store }: { store: Store },
  wish: Pick<OauthClient, 'userId' | 'name' | 'redirectUri'>,
): Promise<WithSecret> {
  return inTransaction(store, async (within) => {
    await holdUser(within, wish.userId);
    if ((await countOauthClients(within, wish.userId)) >= MOST_CLIENTS)
      throw new PlatformError('invalid_params', `A user registers ${MOST_CLIENTS} OAuth clients at most: remove one first.`);
    const secret = newToken();
    return { client: await insertOauthClient(within, { ...wish, ...kept(secret) }), secret };
  });
}

/** Another secret in place of the one before, which is good no more; what was given to the client goes on. Throws `not_found`. */
export async function rotateSecret({ store }: { store: Store }, id: string): Promise<WithSecret> {
  const secret = newToken();
  return { client: (await updateOauthClient(store, id, kept(secret))) ?? noClient(), secret };
}

/** Removes it, with every token that it was given: what they have open ends. */
export async function removeOauthClient(ctx: Context, id: string): Promise<void> {
  const gone = await inTransaction(ctx.store, async (store) => {
    const tokens = await deleteAuthorizationsOfClient(store, id);
    await deleteOauthClient(store, id);
    return tokens;
  });
  for (const { id: authorizationId, userId } of gone) await ctx.bus.publish('access-revoked', { userId, authorizationId });
}

export function noClient(): never {
  throw new PlatformError('not_found', "Couldn't find that OAuth client.");
}

function kept(secret: string): Pick<OauthClient, 'secretHash' | 'secretHint'> {
  return { secretHash: hashToken(secret), secretHint: hintOf(secret) };
}
