import { z } from 'zod';
import { PlatformError } from '../../model/errors.js';
import { ensureUser, findUser, listUsers } from '../../store/users.js';
import { requireAdmin } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { parseBody, reply, type ApiRouter } from '../http.js';
import { issueToken } from '../issue-token.js';
import { presentAccount } from '../present/account.js';
import { replyList } from '../range.js';

const NewUser = z.object({
  email: z.email('must be an e-mail address').max(254).toLowerCase(),
  name: z.string().max(100).nullish(),
  role: z.enum(['admin', 'member']).default('member'),
});

/** The people of this platform, for its admins. Not part of Heroku's API. */
export function mountUsers(router: ApiRouter, deps: ApiDeps): void {
  router.get('/users', async (http) => {
    requireAdmin(http.state.user);
    replyList(http, (await listUsers(deps.store)).map(presentAccount), ['email', 'id', 'created_at']);
  });

  router.post('/users', async (http) => {
    requireAdmin(http.state.user);
    const { email, name, role } = await parseBody(http, NewUser);
    if (await findUser(deps.store, email)) throw new PlatformError('invalid_params', `Email ${email} is already taken`);
    const user = await ensureUser(deps.store, { email, name: name ?? null, role });
    const { authorization, token } = await issueToken(deps.store, { user, description: `Made for ${email}` });
    reply(http, 201, { ...presentAccount(user), access_token: { id: authorization.id, token, expires_in: null } });
  });
}
