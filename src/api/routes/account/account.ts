import { z } from 'zod';
import { PlatformError } from '../../../model/errors.js';
import { may } from '../../../model/may.js';
import { withItems } from '../../../model/page.js';
import { pageOfApps } from '../../../store/app/apps.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Account, presentAccount } from '../../present/account/account.js';
import { App } from '../../present/app/app.js';
import { resource } from '../../schema/resource.js';
import { presentApps } from '../app/apps.js';

const about = { name: 'rate-limit', about: 'The rate limit says how many calls one has left.', identity: [] };
const RateLimit = resource(about, { remaining: z.int().describe('allowed requests remaining') });

/** Who one is, and other users where one may see them. */
export function mountAccount(router: ApiRouter, deps: ApiDeps): void {
  router.get('/account', { of: Account, title: 'Info', about: 'Shows your account.', needs: 'identify', gives: Account }, (http) =>
    presentAccount(http.state.user),
  );

  router.get(
    '/account/rate-limits',
    { of: RateLimit, title: 'Info', about: 'Shows how many calls you have left; asking is free.', needs: 'identify', gives: RateLimit },
    (http) => ({ remaining: Number(http.response.get('RateLimit-Remaining')) }),
  );

  router.get(
    '/users/:user',
    { of: Account, title: 'Info', about: 'Shows a user; others than yourself only to an admin.', needs: 'identify', gives: Account },
    async (http) => presentAccount(await userOfPath(deps, http)),
  );

  const listing = {
    of: App,
    title: 'List Owned and Collaborated',
    about: 'Lists the apps that a user owns, or works on.',
    gives: App,
  } as const;
  router.list('/users/:user/apps', { ...listing, needs: 'view', by: ['name', 'id', 'updated_at'] }, async (http, range) => {
    const { id } = await userOfPath(deps, http);
    const among = { ownerIds: [id], openOwnerIds: [], collaboratorId: id };
    const page = await pageOfApps(deps.store, { among, ids: http.state.user.apps }, range);
    return withItems(page, await presentApps(deps, http, page.items));
  });
}

/** `~` is oneself; others can be seen by an admin only. */
async function userOfPath(deps: ApiDeps, http: ApiContext) {
  const ref = param(http, 'user');
  const user = ref === '~' ? http.state.user : await findUser(deps.store, ref);
  if (!user || !may(http.state.user, 'view', { kind: 'user', id: user.id }))
    throw new PlatformError('not_found', "Couldn't find that user.");
  return user;
}
