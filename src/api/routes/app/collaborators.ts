import { z } from 'zod';
import { addCollaborator, removeCollaborator, setPermissions } from '../../../actions/people/share-app.js';
import { PlatformError } from '../../../model/errors.js';
import { PERMISSIONS } from '../../../model/people/access.js';
import type { Collaborator as Known } from '../../../model/people/team.js';
import type { User } from '../../../model/user.js';
import { listCollaborators } from '../../../store/people/collaborators.js';
import { rolesIn } from '../../../store/people/standing.js';
import { findUser } from '../../../store/people/users.js';
import { mustMay } from '../../admit.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Collaborator, presentCollaborator, presentOwner } from '../../present/account/collaborator.js';
import { takeRange } from '../../range.js';
import { usersById } from '../../users-by-id.js';

const permissions = z
  .array(z.enum(PERMISSIONS, `must be one of ${PERMISSIONS.join(', ')}`))
  .min(1, 'must name a permission')
  .max(PERMISSIONS.length)
  .describe('what they may do; each lets them view it, too');
const NewCollaborator = z.object({
  user: z.string('must be the address of a user').max(254).describe('address or id of the user'),
  permissions: permissions.optional().describe('what they may do; all but manage without'),
  silent: z.boolean('must be true or false').nullish().describe('whether nobody is told; nobody ever is here'),
});
const Change = z.object({ permissions });

/** Who works on an app. Clients ask for those of a team's apps at paths of their own. */
export function mountCollaborators(router: ApiRouter, deps: ApiDeps): void {
  for (const base of ['/apps/:app', '/teams/apps/:app']) mountAt(router, deps, `${base}/collaborators`);
}

function mountAt(router: ApiRouter, deps: ApiDeps, path: string): void {
  const facts = { of: Collaborator, gives: Collaborator } as const;

  const listing = { ...facts, title: 'List', about: 'Lists who works on an app.', needs: 'view', by: ['id', 'created_at'] } as const;
  router.list(path, listing, async (http, range) => {
    const { app } = http.state;
    const owner = presentOwner(app, (await usersById(deps.store, [app.ownerId]))(app.ownerId));
    return takeRange([owner, ...(await present(deps, http, await listCollaborators(deps.store, app.id)))], range);
  });

  const showing = { ...facts, title: 'Info', about: 'Shows one who works on an app; email works too.', needs: 'view' } as const;
  router.get(`${path}/:collaborator`, showing, async (http) => {
    const { app } = http.state;
    const owner = presentOwner(app, (await usersById(deps.store, [app.ownerId]))(app.ownerId));
    const ref = param(http, 'collaborator');
    if (owner.id === ref || owner.user.email === ref || owner.user.id === ref) return owner;
    return presentOne(deps, http, (await collaboratorOf(deps, http)).collaborator);
  });

  const adding = { ...facts, title: 'Create', about: 'Lets a user work on an app; oneself, where it is of a team of yours.' } as const;
  router.post(path, { ...adding, needs: 'join', takes: NewCollaborator }, async (http, wish) => {
    const { app, user: by } = http.state;
    const isSelf = [by.id, by.email].includes(wish.user.toLowerCase());
    if (!isSelf || wish.permissions) mustMay(http, 'share');
    const user = isSelf ? by : await findUser(deps.store, wish.user.toLowerCase());
    if (!user) throw new PlatformError('not_found', NO_USER);
    const known = await listCollaborators(deps.store, app.id);
    return presentOne(deps, http, await addCollaborator(deps, { app, by, user, permissions: wish.permissions, known }));
  });

  const changing = { ...facts, title: 'Update', about: 'Says what a collaborator may do.', needs: 'share', takes: Change } as const;
  router.patch(`${path}/:collaborator`, changing, async (http, wish) => {
    const { app, user: by } = http.state;
    const { collaborator, user } = await collaboratorOf(deps, http);
    return presentOne(deps, http, await setPermissions(deps, { app, by, user, collaborator, permissions: wish.permissions }));
  });

  const removing = { ...facts, title: 'Delete', about: 'Lets a user work on an app no more; oneself, too.', needs: 'join' } as const;
  router.delete(`${path}/:collaborator`, removing, async (http) => {
    const { app, user: by } = http.state;
    const ref = param(http, 'collaborator').toLowerCase();
    const isSelf = [by.id, by.email].includes(ref);
    if (!isSelf) mustMay(http, 'share');
    const { collaborator, user } = await collaboratorOf(deps, http);
    const shown = await presentOne(deps, http, collaborator);
    await removeCollaborator(deps, { app, by, user, collaborator });
    return shown;
  });
}

const NO_USER = "Couldn't find that user. An admin of this platform adds users: paas users:add";

/** The one that the path names: by its id, or its user's id or address. Throws `not_found`, or `invalid_params` for the owner. */
async function collaboratorOf(deps: ApiDeps, http: ApiContext): Promise<{ collaborator: Known; user: User }> {
  const { app } = http.state;
  const ref = param(http, 'collaborator').toLowerCase();
  const all = await listCollaborators(deps.store, app.id);
  const user = await findUser(deps.store, all.find(({ id }) => id === ref)?.userId ?? ref);
  if (user?.id === app.ownerId)
    throw new PlatformError('invalid_params', `${user.email} owns ${app.name}: apps:transfer gives it to another.`);
  const collaborator = user && all.find(({ userId }) => userId === user.id);
  if (!collaborator) throw new PlatformError('not_found', "Couldn't find that collaborator.");
  return { collaborator, user };
}

async function present({ store }: ApiDeps, http: ApiContext, all: Known[]) {
  const { app } = http.state;
  const ids = all.map(({ userId }) => userId);
  const [users, roles] = await Promise.all([usersById(store, ids), rolesIn(store, app.ownerId, ids)]);
  return all.map((each) => presentCollaborator(each, app, { user: users(each.userId), role: roles.get(each.userId) ?? null }));
}

async function presentOne(deps: ApiDeps, http: ApiContext, one: Known) {
  const [shown] = await present(deps, http, [one]);
  return shown!;
}
