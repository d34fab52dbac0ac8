import { z } from 'zod';
import { changeUser, removeUser, revokeTokens } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import type { User } from '../../../model/user.js';
import { pageOfAuthorizations } from '../../../store/people/authorizations.js';
import { findUser, insertUser, pageOfUsers } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { issueToken } from '../../issue-token.js';
import { showAuthorizations } from '../../show-authorizations.js';
import { Account, presentAccount } from '../../present/account/account.js';
import { AccessToken, Authorization } from '../../present/account/authorization.js';

const role = z.enum(['admin', 'member'], 'must be admin or member');
const name = z.string().max(100).nullish();
const NewUser = z.object({ email: z.email('must be an e-mail address').max(254).toLowerCase(), name, role: role.default('member') });
const UserChange = z.object({ name, role: role.optional(), suspended: z.boolean('must be true or false').optional() });
const NewAccount = Account.extend({ access_token: AccessToken });

/** The people of this platform, for its admins. Not part of Heroku's API. */
export function mountUsers(router: ApiRouter, deps: ApiDeps): void {
  const ofUsers = { of: Account, needs: 'administer' } as const;
  const listing = { ...ofUsers, title: 'List', about: 'Lists the users of this platform (admin).', gives: Account } as const;
  router.list('/users', { ...listing, by: ['email', 'id', 'created_at'] }, async (_http, range) => {
    const page = await pageOfUsers(deps.store, range);
    return withItems(page, page.items.map(presentAccount));
  });

  const creating = { ...ofUsers, title: 'Create', about: 'Adds a user, with a token that is shown once (admin).' } as const;
  router.post('/users', { ...creating, takes: NewUser, gives: NewAccount }, async (_http, wish) => {
    const user = await insertUser(deps.store, { ...wish, name: wish.name ?? null });
    const { authorization, token } = await issueToken(deps.store, { user, description: `Made for ${user.email}` });
    return { ...presentAccount(user), access_token: { id: authorization.id, token, expires_in: null } };
  });

  const changing = { ...ofUsers, title: 'Update', about: 'Changes a user: name, role, suspended (admin).' } as const;
  router.patch('/users/:user', { ...changing, takes: UserChange, gives: Account }, async (http, { suspended, ...change }) => {
    const user = await userOfPath(deps, http);
    const suspendedAt = suspended === undefined ? user.suspendedAt : suspended ? (user.suspendedAt ?? new Date()) : null;
    const about = { name: change.name === undefined ? user.name : change.name, role: change.role ?? user.role };
    return presentAccount(await changeUser(deps, user, { ...about, suspendedAt }));
  });

  const removing = { ...ofUsers, title: 'Delete', about: 'Removes a user; ?transfer_to= names who gets their apps (admin).' } as const;
  router.delete('/users/:user', { ...removing, gives: Account }, async (http) => {
    const user = await userOfPath(deps, http);
    const heir = http.query['transfer_to'] === undefined ? null : await foundUser(deps, String(http.query['transfer_to']));
    const isUnfit = heir && (heir.id === user.id || heir.suspendedAt);
    if (isUnfit) throw new PlatformError('invalid_params', `Apps can't be given to ${heir.email}: name another user.`);
    await removeUser(deps, user, heir?.id ?? null);
    return presentAccount(user);
  });

  const ofTokens = { of: Authorization, needs: 'administer' } as const;
  const tokens = { ...ofTokens, title: 'List of User', about: "Lists a user's tokens (admin).", gives: Authorization } as const;
  router.list('/users/:user/authorizations', { ...tokens, by: ['id', 'created_at'] }, async (http, range) => {
    const user = await userOfPath(deps, http);
    const page = await pageOfAuthorizations(deps.store, user.id, range);
    return withItems(page, await showAuthorizations(deps, user, page.items));
  });

  const revoking = { ...ofTokens, title: 'Delete of User', about: 'Revokes all tokens of a user (admin).' } as const;
  router.delete('/users/:user/authorizations', { ...revoking, gives: z.array(Authorization) }, async (http) => {
    const user = await userOfPath(deps, http);
    return showAuthorizations(deps, user, await revokeTokens(deps, user.id));
  });
}

/** The user a path names by id or address. */
function userOfPath(deps: ApiDeps, http: ApiContext): Promise<User> {
  return foundUser(deps, param(http, 'user'));
}

async function foundUser(deps: ApiDeps, ref: string): Promise<User> {
  const user = await findUser(deps.store, ref.toLowerCase());
  if (!user) throw new PlatformError('not_found', "Couldn't find that user.");
  return user;
}
