import type { Context } from 'koa';
import { z } from 'zod';
import { clientOfSecret } from '../../../actions/people/grant-tokens.js';
import { revokeToken } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import type { OauthClient } from '../../../model/people/oauth.js';
import type { Authorization as Noun } from '../../../model/user.js';
import { withItems } from '../../../model/page.js';
import { ACTIONS, SCOPES, type Scope } from '../../../model/scope.js';
import { describeAuthorization, pageOfAuthorizations } from '../../../store/people/authorizations.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { issueToken, replaceToken } from '../../issue-token.js';
import { Authorization } from '../../present/account/authorization.js';
import { wholeNumber } from '../../schema/fields.js';
import { showAuthorization, showAuthorizations } from '../../show-authorizations.js';
import { warn } from '../../warn.js';
import { appFor } from '../addon/find.js';
import { authorizationOf, noAuthorization } from './authorization-of.js';

const DAY_S = 86_400;
const MOST_S = 10 * 365 * DAY_S;
/** A token that is for some apps, or for one action, lies where nobody looks after it: it ends by itself. */
const LIMITED_FOR_S = 90 * DAY_S;

const NewAuthorization = z.object({
  scope: z
    .array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`))
    .min(1)
    .max(SCOPES.length)
    .default(['global'])
    .describe('what it may be used for'),
  apps: z
    .array(z.string('must be the name of an app').max(100))
    .min(1, 'must name an app; leave it away for all')
    .max(100, 'may name 100 apps')
    .nullish()
    .describe('names or ids of the apps that it is for; all without'),
  description: z.string().max(200).nullish().describe('what the token is for'),
  expires_in: wholeNumber(1, MOST_S)
    .nullish()
    .describe('seconds until it expires; without, it never does, but one for some apps or for an action does after 90 days; null is never'),
});
const ClientClaim = z.object({
  id: z.uuid('must be the id of an OAuth client').describe('the OAuth client that has the token'),
  secret: z.string('must be its secret').max(200).describe('its secret'),
});
const AuthorizationChange = z
  .object({
    description: z.string('must be a text').max(200).nullish().describe('what the token is for'),
    client: ClientClaim.nullish().describe('the OAuth client that has it'),
  })
  .refine(({ description, client }) => description != null || client != null, 'description: is missing; it must be of type string');

/** One's tokens. */
export function mountAuthorizations(router: ApiRouter, deps: ApiDeps): void {
  const of = Authorization;
  const gives = Authorization;
  const listing = { of, title: 'List', about: 'Lists your tokens.', gives, by: ['id', 'created_at'] } as const;
  router.list('/oauth/authorizations', { ...listing, needs: 'authorize' }, async (http, range) => {
    const page = await pageOfAuthorizations(deps.store, http.state.user.id, range);
    return withItems(page, await showAuthorizations(deps, http.state.user, page.items));
  });

  const creating = { of, title: 'Create', about: 'Makes a token. It is shown once.', takes: NewAuthorization, gives } as const;
  router.post('/oauth/authorizations', { ...creating, needs: 'authorize' }, async (http, wish) => {
    const { user, authorizationId } = http.state;
    const apps = wish.apps ? await Promise.all(wish.apps.map((ref) => appFor(deps, http, ref, 'view'))) : null;
    const scope = [...new Set(wish.scope)];
    const limits = {
      scope,
      apps: apps && [...new Set(apps.map(({ id }) => id))],
      expiresInS: lifetime(http, wish),
      isLogin: authorizationId === null,
    };
    const { authorization, token } = await issueToken(deps.store, { user, description: wish.description ?? 'Token', ...limits });
    return showAuthorization(deps, user, authorization, token);
  });

  const info = { of, title: 'Info', about: 'Shows a token of yours; ~ is the one that asks.', gives } as const;
  router.get('/oauth/authorizations/:authorization', { ...info, needs: 'authorize' }, async (http) =>
    showAuthorization(deps, http.state.user, await ownOfPath(deps, http)),
  );

  const changing = {
    of,
    title: 'Update',
    about: 'Says anew what a token is for, or which client has it; what it may do stays.',
    takes: AuthorizationChange,
  } as const;
  router.patch(
    '/oauth/authorizations/:authorization',
    { ...changing, gives, needs: 'authorize' },
    async (http, { description, client }) => {
      const { id } = await ownOfPath(deps, http);
      const claimed = client ? await claimedClient(deps, client) : null;
      const change = { ...(description != null && { description }), ...(claimed && { clientId: claimed.id }) };
      return showAuthorization(deps, http.state.user, (await describeAuthorization(deps.store, id, change)) ?? noAuthorization());
    },
  );

  const rotating = { of, title: 'Regenerate Tokens', about: 'Makes another token in place of one. It is shown once.', gives } as const;
  const rotation = { ...rotating, needs: 'authorize', status: 200 } as const;
  router.post('/oauth/authorizations/:authorization/actions/regenerate-tokens', rotation, async (http) => {
    const { user } = http.state;
    const old = await ownOfPath(deps, http);
    if (old.refreshHash !== null)
      throw new PlatformError(
        'invalid_params',
        'Its OAuth client makes other tokens of it by itself: revoke it, if the client is to have none.',
      );
    const { authorization, token } = (await replaceToken(deps.store, old)) ?? noAuthorization();
    await deps.bus.publish('access-revoked', { userId: user.id, authorizationId: old.id });
    return showAuthorization(deps, user, authorization, token);
  });

  const revoking = { of, title: 'Delete', about: 'Revokes a token; an admin may revoke those of all.', gives } as const;
  router.delete('/oauth/authorizations/:authorization', { ...revoking, needs: 'authorize' }, async (http) => {
    const { user } = http.state;
    const authorization = await authorizationOf(deps, http, param(http, 'authorization'));
    const owner = authorization.userId === user.id ? user : await findUser(deps.store, authorization.userId);
    await revokeToken(deps, authorization);
    return showAuthorization(deps, owner ?? user, authorization);
  });
}

/** Seconds; null is for ever, which is told where one wouldn't expect it. */
function lifetime(http: ApiContext, wish: z.output<typeof NewAuthorization>): number | null {
  const isLimited = Boolean(wish.apps) || wish.scope.some(isAction);
  if (isLimited && wish.expires_in === null)
    warn(http as unknown as Context, 'This token never expires: revoke it when it is no longer needed.');
  return wish.expires_in === undefined && isLimited ? LIMITED_FOR_S : (wish.expires_in ?? null);
}

function isAction(scope: Scope): boolean {
  return (ACTIONS as readonly Scope[]).includes(scope);
}

/** Throws `invalid_params` unless the secret is the client's. */
async function claimedClient(deps: ApiDeps, { id, secret }: z.output<typeof ClientClaim>): Promise<OauthClient> {
  const found = await clientOfSecret(deps, secret, id);
  if (!found) throw new PlatformError('invalid_params', 'client: there is no OAuth client of that id with that secret.');
  return found;
}

/** One's own, also where an admin asks. */
async function ownOfPath(deps: ApiDeps, http: ApiContext): Promise<Noun> {
  const found = await authorizationOf(deps, http, param(http, 'authorization'));
  return found.userId === http.state.user.id ? found : noAuthorization();
}
