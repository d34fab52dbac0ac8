import { z } from 'zod';
import { transferApp } from '../../../actions/app/transfer-app.js';
import { PlatformError } from '../../../model/errors.js';
import { findApp } from '../../../store/app/apps.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { AppTransfer, presentAppTransfer } from '../../present/account/app-transfer.js';
import { usersById } from '../../users-by-id.js';

const NewTransfer = z.object({
  app: z.string('must be the name of an app').max(100).describe('name or id of the app'),
  recipient: z.string('must be the address of a user').max(254).describe('address or id of the user who gets it'),
  silent: z.boolean('must be true or false').nullish().describe('whether nobody is told; nobody ever is here'),
});

/** Giving an app to somebody else. For admins: the other need not agree, and whether there is such a user is nobody else's to know. */
export function mountAppTransfers(router: ApiRouter, deps: ApiDeps): void {
  const giving = { of: AppTransfer, title: 'Create', about: 'Gives an app to another user, at once.', takes: NewTransfer } as const;
  router.post('/account/app-transfers', { ...giving, needs: 'administer', gives: AppTransfer }, async (http, wish) => {
    const app = await findApp(deps.store, wish.app);
    if (!app) throw new PlatformError('not_found', "Couldn't find that app.");
    const heir = await findUser(deps.store, wish.recipient.toLowerCase());
    if (!heir) throw new PlatformError('not_found', "Couldn't find that user.");
    const owner = (await usersById(deps.store, [app.ownerId]))(app.ownerId);
    return presentAppTransfer(await transferApp(deps, app, heir, http.state.user), owner, heir);
  });
}
