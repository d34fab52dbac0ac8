import { z } from 'zod';
import { createApp } from '../../../actions/app/create-app.js';
import { giveApp } from '../../../actions/app/offer-app.js';
import { setLocked } from '../../../actions/app/set-locked.js';
import { appsSeenBy } from '../../../actions/people/may-on.js';
import type { App as Noun } from '../../../model/app.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import type { User } from '../../../model/user.js';
import { pageOfApps } from '../../../store/app/apps.js';
import { joinedOf } from '../../../store/people/collaborators.js';
import { findTeamAsOwner } from '../../../store/people/teams.js';
import { findUser } from '../../../store/people/users.js';
import { mustMay } from '../../admit.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { wishedStack } from '../../offered-stacks.js';
import { TeamApp } from '../../present/team/team-app.js';
import { REGION } from '../../present/app/region.js';
import { presentApps } from '../app/apps.js';
import { teamFor } from './team-for.js';

const locked = z.boolean('must be true or false').describe('whether members must be let in to see it');
const NewTeamApp = z.object({
  name: z.string('must be a string').nullish().describe('unique name of app: letters, digits and dashes'),
  team: z.string('must be the name of a team').max(100).nullish().describe('name of the team that owns it; without, you do'),
  personal: z.boolean('must be true or false').nullish().describe('whether it is your own all the same'),
  locked: locked.nullish(),
  stack: z.string('must be the name of a stack').max(100).nullish().describe('name or id of a stack'),
  region: z.union([z.literal(REGION.name), z.literal(REGION.id)], `there is one region, ${REGION.name}`).nullish(),
  space: z.null('there are no private spaces here').optional(),
  internal_routing: z.literal(false, 'there are no private spaces here').nullish(),
});
const Change = z.object({
  locked: locked.optional(),
  owner: z
    .string('must be the name of a team, or the address of a user')
    .max(254)
    .optional()
    .describe('who gets it: a team by name, or a user by address'),
});

/** The apps of teams. What else is done with one is done as with any app. */
export function mountTeamApps(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: TeamApp, gives: TeamApp } as const;
  const creating = {
    ...facts,
    title: 'Create',
    about: 'Creates an app that belongs to a team.',
    takes: NewTeamApp,
    needs: 'create',
  } as const;
  router.post('/teams/apps', creating, async (http, wish) => {
    const team = wish.team && !wish.personal ? await ownerFor(deps, http, wish.team) : undefined;
    const { user } = http.state;
    const stack = wishedStack(deps, wish.stack);
    if (wish.locked && !team) throw new PlatformError('invalid_params', 'locked: only an app of a team can be.');
    return presentOne(deps, http, await createApp(deps, { user, team, name: wish.name ?? undefined, stack, locked: wish.locked ?? false }));
  });

  router.get('/teams/apps/:app', { ...facts, title: 'Info', about: 'Shows an app as its team has it.', needs: 'view' }, (http) =>
    presentOne(deps, http, http.state.app),
  );

  const changing = {
    ...facts,
    title: 'Update',
    about: 'Locks or unlocks an app, or gives it to a team or a user.',
    takes: Change,
  } as const;
  router.patch('/teams/apps/:app', { ...changing, needs: 'manage' }, async (http, wish) => {
    const { app, user } = http.state;
    // Before anything is changed: whoever is refused has changed nothing.
    const recipient = wish.owner === undefined ? null : await recipientOf(deps, http, wish.owner);
    const changed = wish.locked === undefined ? app : await setLocked(deps, app, user, wish.locked);
    return presentOne(deps, http, recipient ? await giveApp(deps, { app: changed, recipient, by: user }) : changed);
  });

  const listing = { ...facts, title: 'List By Team', about: 'Lists the apps of a team that you may see.', needs: 'view' } as const;
  router.list('/teams/:team/apps', { ...listing, by: ['name', 'id', 'updated_at'] }, async (http, range) => {
    const page = await pageOfApps(deps.store, await appsSeenBy(deps.store, http.state.user), range, http.state.team.id);
    return withItems(page, await present(deps, http, page.items));
  });
}

/** Who is to get the path's app: a user by address, or a team where they may make apps. Throws `forbidden`, `not_found`. */
async function recipientOf(deps: ApiDeps, http: ApiContext, ref: string): Promise<User> {
  mustMay(http, 'share');
  const found = ref.includes('@') ? await findUser(deps.store, ref.toLowerCase()) : await ownerFor(deps, http, ref);
  if (!found) throw new PlatformError('not_found', "Couldn't find that user.");
  return found;
}

/** The team as an owner, where they may make apps in it. */
async function ownerFor(deps: ApiDeps, http: ApiContext, ref: string) {
  const owner = await findTeamAsOwner(deps.store, (await teamFor(deps, http, ref, 'create')).id);
  if (!owner) throw new PlatformError('not_found', "Couldn't find that team.");
  return owner;
}

async function present(deps: ApiDeps, http: ApiContext, apps: Noun[]) {
  const shown = await presentApps(deps, http, apps);
  const joined = await joinedOf(
    deps.store,
    http.state.user.id,
    apps.map(({ id }) => id),
  );
  return shown.map((each) => ({ ...each, joined: joined.has(each.id) }));
}

async function presentOne(deps: ApiDeps, http: ApiContext, app: Noun) {
  const [shown] = await present(deps, http, [app]);
  return shown!;
}
