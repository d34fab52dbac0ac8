// Giving an app away: at once where nobody needs to be asked, else as an offer that its recipient accepts or declines.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { teamOfAddress, type AppTransfer } from '../../model/people/team.js';
import type { User } from '../../model/user.js';
import { findApp } from '../../store/app/apps.js';
import { inTransaction } from '../../store/open-store.js';
import { insertTransfer, settleTransfer } from '../../store/people/app-transfers.js';
import { roleIn } from '../../store/people/teams.js';
import { findUser } from '../../store/people/users.js';
import type { Context } from '../context.js';
import { mayOn } from '../people/may-on.js';
import { transferApp } from './transfer-app.js';

interface Giving {
  app: App;
  recipient: User;
  by: User;
}

/** Offers an app, or gives it where that needs no consent. Throws as `transferApp` does. */
export async function offerApp(ctx: Context, { app, recipient, by }: Giving): Promise<AppTransfer> {
  const offer = { appId: app.id, ownerId: app.ownerId, recipientId: recipient.id, byId: by.id };
  if (!(await isAtOnce(ctx, { app, recipient, by }))) {
    if (recipient.suspendedAt) throw new PlatformError('invalid_params', `${recipient.email} is disabled: name another user.`);
    return inTransaction(ctx.store, (store) => insertTransfer(store, offer));
  }
  let made = null as AppTransfer | null;
  await transferApp(ctx, app, recipient, by, async (store) => {
    made = await insertTransfer(store, { ...offer, state: 'accepted' });
  });
  return made!;
}

/** Gives an app to a user or a team, now. Throws `invalid_params` for a user who would have to be asked. */
export async function giveApp(ctx: Context, { app, recipient, by }: Giving): Promise<App> {
  if (!(await isAtOnce(ctx, { app, recipient, by })))
    throw new PlatformError('invalid_params', `${recipient.email} doesn't belong to the team of ${app.name}: make them a member first.`);
  return transferApp(ctx, app, recipient, by);
}

/** Nobody needs to be asked by an admin of the platform, for what comes to oneself or a team, nor among the members of a team. */
async function isAtOnce({ store }: Context, { app, recipient, by }: Giving): Promise<boolean> {
  const isFree = by.role === 'admin' || recipient.id === by.id || teamOfAddress(recipient.email) !== null;
  return isFree || (await roleIn(store, app.ownerId, recipient.id)) !== null;
}

/** The recipient accepts: the app is theirs. Throws `conflict` where the offer has ended, or who made it may no more. */
export async function acceptOffer(ctx: Context, offer: AppTransfer, by: User): Promise<AppTransfer> {
  const app = await findApp(ctx.store, offer.appId);
  const sender = await findUser(ctx.store, offer.byId);
  const isGood = app && sender && !sender.suspendedAt && (await mayOn(ctx.store, { ...sender, scope: null, apps: null }, 'share', app));
  if (!app || !isGood || offer.state !== 'pending' || app.ownerId !== offer.ownerId) throw hasEnded();
  let settled = null as AppTransfer | null;
  await transferApp(ctx, app, by, by, async (store) => {
    settled = (await settleTransfer(store, offer.id, 'accepted')) ?? null;
    if (!settled) throw hasEnded();
  });
  return settled!;
}

/** The recipient doesn't want it, or its owner takes it back. */
export async function declineOffer(ctx: Context, offer: AppTransfer): Promise<AppTransfer> {
  const settled = await settleTransfer(ctx.store, offer.id, 'declined');
  if (!settled) throw hasEnded();
  return settled;
}

function hasEnded(): PlatformError {
  return new PlatformError(
    'conflict',
    'That offer has ended: it was accepted, declined or taken back, or the app has another owner since.',
  );
}
