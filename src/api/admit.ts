// Who may come in by a route: decided by its `needs`, before anything of the request is read.
import { asAsked } from '../actions/people/may-on.js';
import { whyTokenMayNot } from '../actions/people/why-token-may-not.js';
import { noClient } from '../actions/people/oauth-clients.js';
import { PlatformError } from '../model/errors.js';
import { may, PLATFORM, tokenMay } from '../model/may.js';
import { findApp } from '../store/app/apps.js';
import { findOauthClient } from '../store/people/oauth-clients.js';
import type { ApiDeps } from './deps.js';
import type { ApiContext } from './http.js';
import { authorizationOf } from './routes/account/authorization-of.js';
import { transferOf } from './routes/account/transfer-of.js';
import { teamFor } from './routes/team/team-for.js';
import { addonOf, MAY_ONLY_SEE } from './routes/addon/find.js';
import type { Verb } from '../model/scope.js';
import type { Route } from './schema/route.js';

/** Looks the path's app up, where there is one. Others' apps aren't there: throws `not_found`. Else `forbidden`. */
export async function admit(deps: ApiDeps, http: ApiContext, { path, needs }: Pick<Route, 'path' | 'needs'>): Promise<void> {
  const { user, push } = http.state;
  // Before anything of the path is looked up: the refusal says nothing of what there is.
  if (!tokenMay(user, needs)) throw new PlatformError('forbidden', await whyTokenMayNot(deps, user));
  const ref = http.params['app'];
  if (ref === undefined || !path.includes('/:app')) {
    const addon = path.startsWith('/addons/:addon') ? http.params['addon'] : http.params['database'];
    if (addon !== undefined) await addonOf(deps, http, addon, needs);
    const token = http.params['authorization'];
    if (token !== undefined) await authorizationOf(deps, http, token);
    const transfer = path.startsWith('/account/app-transfers/:transfer') ? http.params['transfer'] : undefined;
    if (transfer !== undefined) await transferOf(deps, http, transfer);
    if (path.startsWith('/teams/:team')) http.state.team = await teamFor(deps, http, http.params['team'] ?? '', needs);
    const client = path.startsWith('/oauth/clients/:client') ? http.params['client'] : undefined;
    if (client !== undefined && !(await findOauthClient(deps.store, client, user.id))) noClient();
    // What belongs to a user is decided by whoever looks the user up.
    if (needs === 'administer' && !may(user, needs, PLATFORM))
      throw new PlatformError('forbidden', 'Only an admin of this platform may do that.');
    return;
  }
  const app = await findApp(deps.store, ref);
  const what = app && (await asAsked(deps.store, user, app));
  const isOthers = !app || !what || !may(user, 'view', what) || (push !== null && push.appId !== app.id);
  if (isOthers) throw new PlatformError('not_found', "Couldn't find that app.");
  http.state.app = app;
  http.state.what = what;
  mustMay(http, needs);
}

/** What they must be allowed beside what the route needs, on the path's app. Throws `forbidden`. */
export function mustMay({ state }: ApiContext, verb: Verb): void {
  if (!may(state.user, verb, state.what)) throw new PlatformError('forbidden', MAY_ONLY_SEE);
}
