import { canUse } from '../../../model/user.js';
import { PlatformError } from '../../../model/errors.js';
import { listApps } from '../../../store/app/apps.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiDeps } from '../../deps.js';
import { param, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { presentAccount } from '../../present/account.js';
import { replyList } from '../../range.js';
import { presentApps } from '../app/apps.js';

/** Who one is, and other users where one may see them. */
export function mountAccount(router: ApiRouter, deps: ApiDeps): void {
  router.get('/account', (http) => reply(http, 200, presentAccount(http.state.user)));

  router.get('/account/rate-limits', (http) => reply(http, 200, { remaining: Number(http.response.get('RateLimit-Remaining')) }));

  router.get('/users/:user', async (http) => reply(http, 200, presentAccount(await userOfPath(deps, http))));

  router.get('/users/:user/apps', async (http) => {
    const owner = await userOfPath(deps, http);
    replyList(http, await presentApps(deps, http, await listApps(deps.store, { ownerId: owner.id })), ['name', 'id', 'updated_at']);
  });
}

/** `~` is oneself; others can be seen by an admin only. */
async function userOfPath(deps: ApiDeps, http: ApiContext) {
  const ref = param(http, 'user');
  const user = ref === '~' ? http.state.user : await findUser(deps.store, ref);
  if (!user || !canUse(http.state.user, { ownerId: user.id })) throw new PlatformError('not_found', "Couldn't find that user.");
  return user;
}
