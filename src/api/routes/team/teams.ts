import { z } from 'zod';
import { createTeam, MOST_MEMBERS, removeTeam, renameTeam } from '../../../actions/people/teams.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems, type Page } from '../../../model/page.js';
import { PERMISSIONS } from '../../../model/people/access.js';
import type { Team as Known } from '../../../model/people/team.js';
import { membershipsOf } from '../../../store/people/standing.js';
import { pageOfTeams } from '../../../store/people/teams.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Permission, presentPermission } from '../../present/account/collaborator.js';
import { presentTeam, Team } from '../../present/team/team.js';
import { TEAM_FEATURES, TeamFeature } from '../../present/team/feature.js';
import { takeRange } from '../../range.js';

const name = z.string('must be the name of a team').max(100).describe('unique name of team');
const NewTeam = z.object({ name });
const TeamChange = z.object({ name: name.optional() });

const NONE: Page<Known> = { items: [], cursor: null };

/** Teams, and what is the same for each. */
export function mountTeams(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Team, gives: Team } as const;
  const listing = { ...facts, title: 'List', about: 'Lists your teams; an admin sees all.', by: ['name', 'id', 'created_at'] } as const;
  router.list('/teams', { ...listing, needs: 'view' }, async (http, range) => {
    const { id, role, apps } = http.state.user;
    const page = apps !== null ? NONE : await pageOfTeams(deps.store, role === 'admin' ? null : id, range);
    return withItems(page, await present(deps, http, page.items));
  });

  const creating = { ...facts, title: 'Create', about: 'Makes a team, whose first admin you are.', takes: NewTeam } as const;
  router.post('/teams', { ...creating, needs: 'create' }, async (http, wish) =>
    presentOne(deps, http, await createTeam(deps, http.state.user, wish.name)),
  );

  const allowed = { of: Permission, gives: Permission, title: 'List', about: 'Lists what one may be allowed to do with an app.' } as const;
  router.list('/teams/permissions', { ...allowed, needs: 'view', by: ['name'] }, async (_http, range) =>
    takeRange(PERMISSIONS.map(presentPermission), range),
  );

  router.get('/teams/:team', { ...facts, title: 'Info', about: 'Shows a team.', needs: 'view' }, (http) =>
    presentOne(deps, http, http.state.team),
  );
  router.patch(
    '/teams/:team',
    { ...facts, title: 'Update', about: 'Renames a team.', needs: 'manage', takes: TeamChange },
    async (http, wish) =>
      presentOne(deps, http, wish.name === undefined ? http.state.team : await renameTeam(deps, http.state.team, wish.name)),
  );
  router.delete(
    '/teams/:team',
    { ...facts, title: 'Delete', about: 'Removes a team that owns no apps.', needs: 'manage' },
    async (http) => {
      const shown = await presentOne(deps, http, http.state.team);
      await removeTeam(deps, http.state.team);
      return shown;
    },
  );

  const features = { of: TeamFeature, gives: TeamFeature, title: 'List', about: 'Lists what a team can do.', needs: 'view' } as const;
  router.list('/teams/:team/features', { ...features, by: ['name', 'id'] }, async (_http, range) => takeRange([...TEAM_FEATURES], range));
  router.get(
    '/teams/:team/features/:team_feature',
    { ...features, title: 'Info', about: 'Shows something that a team can do.' },
    (http) => {
      const ref = param(http, 'team_feature');
      const found = TEAM_FEATURES.find((each) => each.name === ref || each.id === ref);
      if (!found) throw new PlatformError('not_found', "Couldn't find that feature.");
      return found;
    },
  );
}

async function present({ store }: ApiDeps, http: ApiContext, teams: Known[]) {
  const memberships = await membershipsOf(store, http.state.user.id);
  const roles = new Map(memberships.map(({ teamId, role }) => [teamId, role]));
  return teams.map((team) => presentTeam(team, { role: roles.get(team.id) ?? null, mostMembers: MOST_MEMBERS }));
}

async function presentOne(deps: ApiDeps, http: ApiContext, team: Known) {
  const [shown] = await present(deps, http, [team]);
  return shown!;
}
