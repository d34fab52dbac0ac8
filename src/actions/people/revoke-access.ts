// Taking access back: of one token, of all of a user's, of the user. What they have open ends at once, wherever it is served.
import type { Authorization, User } from '../../model/user.js';
import { deleteAuthorization, deleteAuthorizationsOf, listGivenToClientsOf } from '../../store/people/authorizations.js';
import { deleteOauthCodes } from '../../store/people/oauth-clients.js';
import { listPendingBuildsOf } from '../../store/build/builds.js';
import { inTransaction } from '../../store/open-store.js';
import { deleteUser, updateUser, type UserChange } from '../../store/people/users.js';
import { cancelBuild } from '../build/cancel-build.js';
import type { Context } from '../context.js';

/** Revokes one token. */
export async function revokeToken(ctx: Context, { id, userId }: Pick<Authorization, 'id' | 'userId'>): Promise<void> {
  await deleteAuthorization(ctx.store, id);
  await ctx.bus.publish('access-revoked', { userId, authorizationId: id });
}

/** Revokes every token of a user, and what OAuth clients could still get; returns the tokens. */
export async function revokeTokens(ctx: Context, userId: string): Promise<Authorization[]> {
  const gone = await inTransaction(ctx.store, async (store) => {
    await deleteOauthCodes(store, userId);
    return deleteAuthorizationsOf(store, userId);
  });
  for (const { id } of gone) await ctx.bus.publish('access-revoked', { userId, authorizationId: id });
  return gone;
}

/**
 * Changes a user; one who is suspended may do nothing until they are back, and what an admin who is one no more had open on others'
 * apps ends. Throws `invalid_params` for the last admin.
 */
export async function changeUser(ctx: Context, user: User, change: UserChange): Promise<User> {
  const changed = (await updateUser(ctx.store, user.id, change)) ?? user;
  if (change.suspendedAt) await endAll(ctx, changed, 'disabled');
  else if (user.role === 'admin' && change.role === 'member') await ctx.bus.publish('access-changed', { userId: user.id, appId: null });
  return changed;
}

/**
 * Removes a user, and what others gave to their OAuth clients; their apps go to `heirId`.
 * Throws `invalid_params` for the last admin, or for apps without an heir.
 */
export async function removeUser(ctx: Context, user: User, heirId: string | null): Promise<void> {
  const lent = await listGivenToClientsOf(ctx.store, user.id);
  await deleteUser(ctx.store, user.id, heirId);
  for (const { id, userId } of lent) await ctx.bus.publish('access-revoked', { userId, authorizationId: id });
  await endAll(ctx, user, 'removed');
}

/** What they started goes no further. */
async function endAll(ctx: Context, { id, email }: User, what: string): Promise<void> {
  await ctx.bus.publish('access-revoked', { userId: id, authorizationId: null });
  for (const build of await listPendingBuildsOf(ctx.store, id)) await cancelBuild(ctx, build, `The user ${email} was ${what}.`);
}
