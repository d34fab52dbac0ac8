import { z } from 'zod';
import { revokeToken } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import { SCOPES } from '../../../model/scope.js';
import { withItems } from '../../../model/page.js';
import { findAuthorization, pageOfAuthorizations } from '../../../store/people/authorizations.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { issueToken, replaceToken } from '../../issue-token.js';
import { Authorization, presentAuthorization } from '../../present/account/authorization.js';
import { wholeNumber } from '../../schema/fields.js';

const MOST_S = 10 * 365 * 86_400;

const NewAuthorization = z.object({
  scope: z
    .array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`))
    .min(1)
    .max(SCOPES.length)
    .default(['global'])
    .describe('what it may be used for'),
  description: z.string().max(200).nullish().describe('what the token is for'),
  expires_in: wholeNumber(1, MOST_S).nullish().describe('seconds until it expires'),
});

/** One's tokens. */
export function mountAuthorizations(router: ApiRouter, deps: ApiDeps): void {
  const of = Authorization;
  const gives = Authorization;
  const listing = { of, title: 'List', about: 'Lists your tokens.', gives, by: ['id', 'created_at'] } as const;
  router.list('/oauth/authorizations', { ...listing, needs: 'authorize' }, async (http, range) => {
    const { user } = http.state;
    const page = await pageOfAuthorizations(deps.store, user.id, range);
    return withItems(
      page,
      page.items.map((each) => presentAuthorization(each, user, Date.now())),
    );
  });

  const creating = { of, title: 'Create', about: 'Makes a token. It is shown once.', takes: NewAuthorization, gives } as const;
  router.post('/oauth/authorizations', { ...creating, needs: 'authorize' }, async (http, wish) => {
    const { user } = http.state;
    const about = { user, description: wish.description ?? 'Token', expiresInS: wish.expires_in, scope: [...new Set(wish.scope)] };
    const { authorization, token } = await issueToken(deps.store, about);
    return presentAuthorization(authorization, user, Date.now(), token);
  });

  const info = { of, title: 'Info', about: 'Shows a token of yours; ~ is the one that asks.', gives } as const;
  router.get('/oauth/authorizations/:authorization', { ...info, needs: 'authorize' }, async (http) => {
    const { user } = http.state;
    return presentAuthorization(await authorizationOfPath(deps, http, user.id), user, Date.now());
  });

  const rotating = { of, title: 'Regenerate Tokens', about: 'Makes another token in place of one. It is shown once.', gives } as const;
  const rotation = { ...rotating, needs: 'authorize', status: 200 } as const;
  router.post('/oauth/authorizations/:authorization/actions/regenerate-tokens', rotation, async (http) => {
    const { user } = http.state;
    const { id } = await authorizationOfPath(deps, http, user.id);
    const { authorization, token } = (await replaceToken(deps.store, id)) ?? notFound();
    await deps.bus.publish('access-revoked', { userId: user.id, authorizationId: id });
    return presentAuthorization(authorization, user, Date.now(), token);
  });

  const revoking = { of, title: 'Delete', about: 'Revokes a token; an admin may revoke those of all.', gives } as const;
  router.delete('/oauth/authorizations/:authorization', { ...revoking, needs: 'authorize' }, async (http) => {
    const { user } = http.state;
    const authorization = await authorizationOfPath(deps, http, user.role === 'admin' ? undefined : user.id);
    const owner = authorization.userId === user.id ? user : await findUser(deps.store, authorization.userId);
    await revokeToken(deps, authorization);
    return presentAuthorization(authorization, owner ?? user, Date.now());
  });
}

/** `~` is the one whose token makes the request. */
async function authorizationOfPath(deps: ApiDeps, http: ApiContext, userId: string | undefined) {
  const ref = param(http, 'authorization');
  const id = ref === '~' ? (http.state.authorizationId ?? '') : ref;
  const authorization = await findAuthorization(deps.store, id, userId);
  return authorization ?? notFound();
}

function notFound(): never {
  throw new PlatformError('not_found', "Couldn't find that authorization.");
}
