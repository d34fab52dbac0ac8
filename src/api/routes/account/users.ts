import { z } from 'zod';
import { changeUser, removeUser, revokeTokens } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import type { User } from '../../../model/user.js';
import { listAuthorizations } from '../../../store/people/authorizations.js';
import { findUser, insertUser, listUsers } from '../../../store/people/users.js';
import { requireAdmin } from '../../middleware/auth.js';
import type { ApiDeps } from '../../deps.js';
import { param, parseBody, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { issueToken } from '../../issue-token.js';
import { presentAccount } from '../../present/account.js';
import { presentAuthorization } from '../../present/authorization.js';
import { replyList } from '../../range.js';

const role = z.enum(['admin', 'member'], 'must be admin or member');
const name = z.string().max(100).nullish();
const NewUser = z.object({ email: z.email('must be an e-mail address').max(254).toLowerCase(), name, role: role.default('member') });
const UserChange = z.object({ name, role: role.optional(), suspended: z.boolean('must be true or false').optional() });

/** The people of this platform, for its admins. Not part of Heroku's API. */
export function mountUsers(router: ApiRouter, deps: ApiDeps): void {
  router.get('/users', async (http) => {
    requireAdmin(http.state.user);
    replyList(http, (await listUsers(deps.store)).map(presentAccount), ['email', 'id', 'created_at']);
  });

  router.post('/users', async (http) => {
    requireAdmin(http.state.user);
    const wish = await parseBody(http, NewUser);
    const user = await insertUser(deps.store, { ...wish, name: wish.name ?? null });
    const { authorization, token } = await issueToken(deps.store, { user, description: `Made for ${user.email}` });
    reply(http, 201, { ...presentAccount(user), access_token: { id: authorization.id, token, expires_in: null } });
  });

  router.patch('/users/:user', async (http) => {
    const user = await userForAdmin(deps, http);
    const { suspended, ...change } = await parseBody(http, UserChange);
    const suspendedAt = suspended === undefined ? user.suspendedAt : suspended ? (user.suspendedAt ?? new Date()) : null;
    const about = { name: change.name === undefined ? user.name : change.name, role: change.role ?? user.role };
    reply(http, 200, presentAccount(await changeUser(deps, user, { ...about, suspendedAt })));
  });

  router.delete('/users/:user', async (http) => {
    const user = await userForAdmin(deps, http);
    const heir = http.query['transfer_to'] === undefined ? null : await foundUser(deps, String(http.query['transfer_to']));
    const isUnfit = heir && (heir.id === user.id || heir.suspendedAt);
    if (isUnfit) throw new PlatformError('invalid_params', `Apps can't be given to ${heir.email}: name another user.`);
    await removeUser(deps, user, heir?.id ?? null);
    reply(http, 200, presentAccount(user));
  });

  router.get('/users/:user/authorizations', async (http) => {
    const user = await userForAdmin(deps, http);
    const all = await listAuthorizations(deps.store, user.id);
    replyList(
      http,
      all.map((each) => presentAuthorization(each, user, Date.now())),
      ['id', 'created_at'],
    );
  });

  router.delete('/users/:user/authorizations', async (http) => {
    const user = await userForAdmin(deps, http);
    reply(
      http,
      200,
      (await revokeTokens(deps, user.id)).map((each) => presentAuthorization(each, user, Date.now())),
    );
  });
}

/** The user a path names by id or address. Throws `forbidden` for whoever is no admin. */
function userForAdmin(deps: ApiDeps, http: ApiContext): Promise<User> {
  requireAdmin(http.state.user);
  return foundUser(deps, param(http, 'user'));
}

async function foundUser(deps: ApiDeps, ref: string): Promise<User> {
  const user = await findUser(deps.store, ref.toLowerCase());
  if (!user) throw new PlatformError('not_found', "Couldn't find that user.");
  return user;
}
