// An app gets another owner, with everything it owns.
import type { App } from '../../model/app.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { sharedAttachments } from '../../store/addon/attachments.js';
import { changeOwner, findApp } from '../../store/app/apps.js';
import { PERMISSIONS } from '../../model/people/access.js';
import { teamOfAddress } from '../../model/people/team.js';
import { declineTransfers } from '../../store/people/app-transfers.js';
import {
  deleteCollaborations,
  deleteCollaborators,
  findCollaborator,
  insertCollaborator,
  updatePermissions,
} from '../../store/people/collaborators.js';
import { findTeamAsOwner, roleIn } from '../../store/people/teams.js';
import { connectionOfApp, deleteConnection } from '../../store/connection/connections.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { holdQuota } from '../people/hold-quota.js';

const CONNECT = 'Connect it again: paas git:connect URL';

/**
 * Gives the app to another user, or to a team; `also` is done in the same transaction. Who may do less with it since has what they have
 * open ended, and its connection to a repository ends: the heir would go on reading it with a token that isn't theirs. Who works on it
 * goes on, but for an app that leaves its team. Throws `conflict` where it has another owner since; `invalid_params` where they may not
 * have one more, or where it shares an add-on with an app that isn't theirs: each would go on reading what the other's is reached by.
 */
export async function transferApp(ctx: Context, app: App, heir: User, by: User, also?: (store: Store) => Promise<void>): Promise<App> {
  if (heir.suspendedAt) throw new PlatformError('invalid_params', `${heir.email} is disabled: name another user.`);
  const isOfTeam = teamOfAddress(heir.email) !== null;
  const { row, left } = await inTransaction(ctx.store, async (store) => {
    if (heir.id !== app.ownerId) await (await holdQuota(store, ctx.quotas, 'apps', heir.id)).check(1);
    const shared = (await sharedAttachments(store, app.id)).find(({ otherOwnerId }) => otherOwnerId !== heir.id);
    if (shared) throw new PlatformError('invalid_params', stillShares(app, shared));
    await also?.(store);
    const row = await changeOwner(store, app, { ownerId: heir.id, locked: app.locked && isOfTeam });
    if (!row) throw (await findApp(store, app.id)) ? hasOther(app) : new PlatformError('not_found', "Couldn't find that app.");
    if (heir.id !== app.ownerId) await leavePeople(store, app, heir, by);
    return { row, left: heir.id === app.ownerId ? undefined : await leaveRepository(store, app.id) };
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Transfer to ${teamOfAddress(heir.email) ?? heir.email} by user ${by.email}`));
  if (left)
    ctx.lines.write(app.id, apiLine(Date.now(), `Disconnected from ${left.url}: it was connected for the owner before. ${CONNECT}`));
  if (heir.id !== app.ownerId) await ctx.bus.publish('access-changed', { userId: null, appId: app.id });
  return row;
}

/** Whoever gave it to a team that they belong to goes on as before. What is offered of it is offered no more. */
async function leavePeople(store: Store, app: App, heir: User, by: User): Promise<void> {
  await declineTransfers(store, app.id);
  const [wasOfTeam, isOfTeam] = [(await findTeamAsOwner(store, app.ownerId)) !== undefined, teamOfAddress(heir.email) !== null];
  if (wasOfTeam) await deleteCollaborators(store, app.id);
  else await deleteCollaborations(store, { userId: heir.id, ownerId: heir.id });
  for (const userId of isOfTeam ? new Set([by.id, app.ownerId]) : []) {
    if ((await roleIn(store, heir.id, userId)) === null) continue;
    const present = await findCollaborator(store, app.id, userId);
    if (present) await updatePermissions(store, present.id, [...PERMISSIONS]);
    else await insertCollaborator(store, { appId: app.id, userId, permissions: [...PERMISSIONS] });
  }
}

async function leaveRepository(store: Store, appId: string): Promise<GitConnection | undefined> {
  const connection = await connectionOfApp(store, appId);
  if (connection) await deleteConnection(store, connection.id);
  return connection;
}

function stillShares(app: App, { name, appName }: { name: string; appName: string }): string {
  const detach = `paas addons:detach ${name} --app ${appName}`;
  return `${app.name} shares an add-on with an app that stays with its owner. Detach it first: ${detach}`;
}

/** Of two who get it at once, one does. */
function hasOther({ name }: App): PlatformError {
  return new PlatformError('conflict', `${name} has another owner since. Look at it, then try again.`);
}
