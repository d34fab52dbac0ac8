import { z } from 'zod';
import { beginSecondFactor, disableSecondFactor, enableSecondFactor } from '../../../actions/people/two-factor.js';
import { PlatformError } from '../../../model/errors.js';
import { deleteTwoFactor } from '../../../store/people/two-factors.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param } from '../../http.js';
import { Account, presentAccount } from '../../present/account/account.js';
import { resource } from '../../schema/resource.js';

const Code = z.object({ code: z.string('must be a code').max(100).describe('a code of the phone, or one for recovery') });

const Begin = z.object({ password: z.string('must be your password').max(1_000).describe('the present password') });

const about = { name: 'two-factor', about: 'A second factor is asked for when one logs in with a password.', identity: [] };
const TwoFactor = resource(about, {
  secret: z.string().nullable().describe('what codes are made from, in base32; shown once'),
  url: z.string().nullable().describe('the same as a URL that phones read from a QR code; shown once'),
  recovery_codes: z.array(z.string()).nullable().describe('codes for when the phone is lost, good once each; shown once'),
});

/** One's own second factor; an admin takes away that of a user who has lost all. */
export function mountTwoFactor(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: TwoFactor, gives: TwoFactor, needs: 'authorize' } as const;
  const beginning = { ...facts, title: 'Create', about: 'Makes a secret: it counts once a code of it is shown.', takes: Begin } as const;
  router.post('/account/two-factor', beginning, async (http, { password }) => {
    const { secret, url } = await beginSecondFactor(deps, http.state.user, { password, domain: deps.place.domain });
    return { secret, url, recovery_codes: null };
  });

  const enabling = { ...facts, title: 'Update', about: 'Turns it on, with a code of that secret.', takes: Code } as const;
  router.put('/account/two-factor', enabling, async (http, { code }) => ({
    secret: null,
    url: null,
    recovery_codes: await enableSecondFactor(deps, http.state.user, code),
  }));

  const disabling = { of: TwoFactor, title: 'Delete', about: 'Turns it off, with a code.', takes: Code, gives: Account } as const;
  router.delete('/account/two-factor', { ...disabling, needs: 'authorize' }, async (http, { code }) => {
    await disableSecondFactor(deps, http.state.user, code);
    return presentAccount({ ...http.state.user, twoFactor: false });
  });

  const taking = { of: TwoFactor, title: 'Delete of User', about: 'Turns that of a user off (admin).', gives: Account } as const;
  router.delete('/users/:user/two-factor', { ...taking, needs: 'administer' }, async (http) => {
    const user = await findUser(deps.store, param(http, 'user').toLowerCase());
    if (!user) throw new PlatformError('not_found', "Couldn't find that user.");
    await deleteTwoFactor(deps.store, user.id);
    return presentAccount({ ...user, twoFactor: false });
  });
}
