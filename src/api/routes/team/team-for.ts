import { PlatformError } from '../../../model/errors.js';
import { may } from '../../../model/may.js';
import type { Team } from '../../../model/people/team.js';
import type { Verb } from '../../../model/scope.js';
import { findTeam, roleIn } from '../../../store/people/teams.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';

/** The team, where they may do that to it. Others' aren't there: throws `not_found`. Else `forbidden`. */
export async function teamFor({ store }: ApiDeps, { state: { user } }: ApiContext, ref: string, verb: Verb): Promise<Team> {
  const team = await findTeam(store, ref);
  const what = team && ({ kind: 'team', id: team.id, role: await roleIn(store, team.id, user.id) } as const);
  if (!team || !what || !may(user, 'view', what)) throw new PlatformError('not_found', "Couldn't find that team.");
  if (!may(user, verb, what)) throw new PlatformError('forbidden', 'You may see that team, but not do that to it.');
  return team;
}
