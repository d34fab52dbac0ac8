// Who works on an app: letting a user in, saying what they may, taking it back. What they have open ends where they may it no more.
import type { App } from '../../model/app.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { USUAL_PERMISSIONS, withView, type Permission } from '../../model/people/access.js';
import type { Collaborator } from '../../model/people/team.js';
import type { User } from '../../model/user.js';
import { deleteCollaborator, insertCollaborator, updatePermissions } from '../../store/people/collaborators.js';
import type { Context } from '../context.js';

/** So many people work on one app. */
const MOST = 500;

interface Sharing {
  app: App;
  /** Who does it. */
  by: User;
}

/** Lets a user in, or gives one who is in already what is said. Throws `invalid_params` for the owner, or one too many. */
export async function addCollaborator(
  ctx: Context,
  { app, by, user, permissions, known }: Sharing & { user: User; permissions: readonly Permission[] | undefined; known: Collaborator[] },
): Promise<Collaborator> {
  if (user.id === app.ownerId) throw new PlatformError('invalid_params', `${user.email} owns ${app.name}.`);
  const present = known.find(({ userId }) => userId === user.id);
  if (present) return permissions ? setPermissions(ctx, { app, by, user, collaborator: present, permissions }) : present;
  if (known.length >= MOST)
    throw new PlatformError('invalid_params', `${MOST} people work on ${app.name} at most. Remove some of them first.`);
  const made = await insertCollaborator(ctx.store, {
    appId: app.id,
    userId: user.id,
    permissions: withView(permissions ?? USUAL_PERMISSIONS),
  });
  if (!made) throw new PlatformError('conflict', 'Someone else changed the same thing at this moment. Look at it, then try again.');
  const what = user.id === by.id ? 'Join' : `Add collaborator ${user.email}`;
  ctx.lines.write(app.id, apiLine(Date.now(), `${what} by user ${by.email}`));
  return made;
}

/** Says anew what a collaborator may. */
export async function setPermissions(
  ctx: Context,
  { app, by, user, collaborator, permissions }: Sharing & { user: User; collaborator: Collaborator; permissions: readonly Permission[] },
): Promise<Collaborator> {
  const changed = await updatePermissions(ctx.store, collaborator.id, withView(permissions));
  if (!changed) throw new PlatformError('not_found', "Couldn't find that collaborator.");
  ctx.lines.write(app.id, apiLine(Date.now(), `Set permissions of ${user.email} to ${changed.permissions.join(', ')} by user ${by.email}`));
  await ctx.bus.publish('access-changed', { userId: user.id, appId: app.id });
  return changed;
}

/** Takes a collaborator off; oneself, too. */
export async function removeCollaborator(
  ctx: Context,
  { app, by, user, collaborator }: Sharing & { user: Pick<User, 'id' | 'email'>; collaborator: Collaborator },
): Promise<void> {
  if (!(await deleteCollaborator(ctx.store, collaborator.id))) throw new PlatformError('not_found', "Couldn't find that collaborator.");
  const what = user.id === by.id ? 'Leave' : `Remove collaborator ${user.email}`;
  ctx.lines.write(app.id, apiLine(Date.now(), `${what} by user ${by.email}`));
  await ctx.bus.publish('access-changed', { userId: user.id, appId: app.id });
}
