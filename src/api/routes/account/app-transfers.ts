import { z } from 'zod';
import { acceptOffer, declineOffer, offerApp } from '../../../actions/app/offer-app.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import type { AppTransfer as Known } from '../../../model/people/team.js';
import { findApps } from '../../../store/app/apps.js';
import { pageOfTransfers } from '../../../store/people/app-transfers.js';
import { findUser } from '../../../store/people/users.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { AppTransfer, presentAppTransfer } from '../../present/account/app-transfer.js';
import { usersById } from '../../users-by-id.js';
import { appFor } from '../addon/find.js';
import { transferOf } from './transfer-of.js';

const NewTransfer = z.object({
  app: z.string('must be the name of an app').max(100).describe('name or id of the app'),
  recipient: z.string('must be the address of a user').max(254).describe('address or id of the user who gets it'),
  silent: z.boolean('must be true or false').nullish().describe('whether nobody is told; nobody ever is here'),
});
const Answer = z.object({
  state: z.enum(['accepted', 'declined'], 'must be accepted or declined').describe('whether the recipient takes it'),
});

/** Giving apps to other users. Nobody is told by mail: whoever is offered one finds it in this list. */
export function mountAppTransfers(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: AppTransfer, gives: AppTransfer } as const;
  const path = '/account/app-transfers';

  const listing = { ...facts, title: 'List', about: 'Lists what you have offered, and were offered.', by: ['id', 'created_at'] } as const;
  router.list(path, { ...listing, needs: 'share' }, async (http, range) => {
    const { id, apps } = http.state.user;
    const page = await pageOfTransfers(deps.store, id, apps, range);
    return withItems(page, await present(deps, page.items));
  });

  const giving = { ...facts, title: 'Create', about: 'Offers an app to another user; an admin of the platform gives it.' } as const;
  router.post(path, { ...giving, needs: 'share', takes: NewTransfer }, async (http, wish) => {
    const { user: by } = http.state;
    const app = await appFor(deps, http, wish.app, 'share');
    const recipient = await findUser(deps.store, wish.recipient.toLowerCase());
    if (!recipient) throw new PlatformError('not_found', "Couldn't find that user.");
    if (recipient.id === app.ownerId && by.role !== 'admin')
      throw new PlatformError('invalid_params', `${recipient.email} owns ${app.name} already.`);
    return presentOne(deps, await offerApp(deps, { app, recipient, by }));
  });

  const showing = { ...facts, title: 'Info', about: 'Shows an offer.', needs: 'share' } as const;
  router.get(`${path}/:transfer`, showing, async (http) => presentOne(deps, await ofPath(deps, http)));

  const answering = { ...facts, title: 'Update', about: 'Accepts or declines what you were offered.', needs: 'share' } as const;
  router.patch(`${path}/:transfer`, { ...answering, takes: Answer }, async (http, { state }) => {
    const offer = await ofPath(deps, http);
    const { user: by } = http.state;
    if (offer.recipientId !== by.id)
      throw new PlatformError('forbidden', 'Only the user it is offered to may answer; you may take it back.');
    return presentOne(deps, state === 'accepted' ? await acceptOffer(deps, offer, by) : await declineOffer(deps, offer));
  });

  const ending = { ...facts, title: 'Delete', about: 'Takes an offer back.', needs: 'share' } as const;
  router.delete(`${path}/:transfer`, ending, async (http) => presentOne(deps, await declineOffer(deps, await ofPath(deps, http))));
}

function ofPath(deps: ApiDeps, http: ApiContext): Promise<Known> {
  return transferOf(deps, http, param(http, 'transfer'));
}

async function present({ store }: ApiDeps, all: Known[]) {
  const [apps, users] = await Promise.all([
    findApps(store, [...new Set(all.map(({ appId }) => appId))]),
    usersById(
      store,
      all.flatMap(({ ownerId, recipientId }) => [ownerId, recipientId]),
    ),
  ]);
  return all.map((each) => {
    const app = apps.find(({ id }) => id === each.appId) ?? { id: each.appId, name: 'unknown' };
    return presentAppTransfer(each, { app, owner: users(each.ownerId), recipient: users(each.recipientId) });
  });
}

async function presentOne(deps: ApiDeps, one: Known) {
  const [shown] = await present(deps, [one]);
  return shown!;
}
