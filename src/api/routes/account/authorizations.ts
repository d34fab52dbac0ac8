import { z } from 'zod';
import { revokeToken } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import { findAuthorization, listAuthorizations } from '../../../store/people/authorizations.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiDeps } from '../../deps.js';
import { param, parseBody, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { issueToken } from '../../issue-token.js';
import { presentAuthorization } from '../../present/authorization.js';
import { replyList } from '../../range.js';

const NewAuthorization = z.object({
  // A token that can do less would have to be held to it by every door; until all do, none is given out.
  scope: z.array(z.literal('global', 'only the scope "global" exists here')).min(1).max(1).default(['global']),
  description: z.string().max(200).nullish(),
  expires_in: z.coerce
    .number()
    .int('must be whole seconds')
    .min(1)
    .max(10 * 365 * 86_400)
    .nullish(),
});

/** One's tokens. */
export function mountAuthorizations(router: ApiRouter, deps: ApiDeps): void {
  router.get('/oauth/authorizations', async (http) => {
    const { user } = http.state;
    const all = await listAuthorizations(deps.store, user.id);
    replyList(
      http,
      all.map((each) => presentAuthorization(each, user, Date.now())),
      ['id', 'created_at'],
    );
  });

  router.post('/oauth/authorizations', async (http) => {
    const { user } = http.state;
    const wish = await parseBody(http, NewAuthorization);
    const { authorization, token } = await issueToken(deps.store, {
      user,
      description: wish.description ?? 'Token',
      expiresInS: wish.expires_in,
    });
    reply(http, 201, presentAuthorization(authorization, user, Date.now(), token));
  });

  router.get('/oauth/authorizations/:id', async (http) => {
    reply(http, 200, presentAuthorization(await authorizationOfPath(deps, http, http.state.user.id), http.state.user, Date.now()));
  });

  router.delete('/oauth/authorizations/:id', async (http) => {
    // An admin may revoke anyone's.
    const authorization = await authorizationOfPath(deps, http, http.state.user.role === 'admin' ? undefined : http.state.user.id);
    const { user } = http.state;
    const owner = authorization.userId === user.id ? user : await findUser(deps.store, authorization.userId);
    await revokeToken(deps, authorization);
    reply(http, 200, presentAuthorization(authorization, owner ?? user, Date.now()));
  });
}

/** `~` is the one whose token makes the request. */
async function authorizationOfPath(deps: ApiDeps, http: ApiContext, userId: string | undefined) {
  const ref = param(http, 'id');
  const id = ref === '~' ? (http.state.authorizationId ?? '') : ref;
  const authorization = await findAuthorization(deps.store, id, userId);
  if (!authorization) throw new PlatformError('not_found', "Couldn't find that authorization.");
  return authorization;
}
