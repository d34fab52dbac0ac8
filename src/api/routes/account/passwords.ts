import type { Context } from 'koa';
import { z } from 'zod';
import { allowReset, changePassword } from '../../../actions/people/set-password.js';
import { PlatformError } from '../../../model/errors.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, publicUrl } from '../../http.js';
import { RESET_PATH } from '../../pages/password-page.js';
import { Account, presentAccount } from '../../present/account/account.js';
import { time } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const text = z.string('must be a text').max(1_000);
const Change = z.object({
  password: text.nullish().describe('the present password, where there is one'),
  new_password: text.describe('the password to sign in with from now on'),
});

const about = { name: 'password-reset', about: 'A password reset is a link by which a user sets a password, once.', identity: [] };
const Reset = resource(about, {
  url: z.url().describe('where the user sets a password: good once'),
  expires_at: time('until when the link is good'),
});

/** One's own password, and for admins the link by which another sets one. */
export function mountPasswords(router: ApiRouter, deps: ApiDeps): void {
  const changing = {
    of: Account,
    title: 'Update Password',
    about: 'Changes your password: other logins with the one before end.',
    takes: Change,
    gives: Account,
  } as const;
  router.put('/account/password', { ...changing, needs: 'authorize' }, async (http, { password, new_password: next }) => {
    const { user, authorizationId } = http.state;
    await changePassword(deps, user, { present: password ?? null, next, keepId: authorizationId });
    return presentAccount(user);
  });

  const resetting = { of: Reset, title: 'Create', about: 'Makes a link by which a user sets a password (admin).', gives: Reset } as const;
  router.post('/users/:user/actions/reset-password', { ...resetting, needs: 'administer' }, async (http) => {
    const user = await findUser(deps.store, param(http, 'user').toLowerCase());
    if (!user) throw new PlatformError('not_found', "Couldn't find that user.");
    const { secret, expiresAt } = await allowReset(deps.store, user);
    const base = publicUrl(http as unknown as Context, deps.place);
    return { url: `${base}${RESET_PATH}?secret=${secret}`, expires_at: expiresAt.toISOString() };
  });
}
