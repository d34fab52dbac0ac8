import { z } from 'zod';
import { revokeToken } from '../../../actions/people/revoke-access.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import type { Authorization } from '../../../model/user.js';
import { findAuthorization, pageOfLogins } from '../../../store/people/authorizations.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { issueToken } from '../../issue-token.js';
import { OauthSession, presentOauthSession } from '../../present/account/oauth-session.js';
import { wholeNumber } from '../../schema/fields.js';

/** As for a login in the browser, and as Heroku's client asks for. */
const MOST_S = 30 * 86_400;

const NewSession = z.object({
  description: z.string('must be a text').max(200).default('A session').describe('what signs in'),
  expires_in: wholeNumber(1, MOST_S).default(MOST_S).describe('seconds until it expires: 30 days at most'),
});

/** What one is signed in with. */
export function mountOauthSessions(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: OauthSession, gives: OauthSession, needs: 'authorize' } as const;
  const listing = { ...facts, title: 'List', about: 'Lists what you are signed in with.', by: ['created_at', 'id'] } as const;
  router.list('/oauth/sessions', listing, async (http, range) => {
    const page = await pageOfLogins(deps.store, http.state.user.id, range);
    return withItems(
      page,
      page.items.map((each) => presentOauthSession(each, Date.now())),
    );
  });

  const creating = { ...facts, title: 'Create', about: 'Begins a session: its token is shown once.', takes: NewSession } as const;
  router.post('/oauth/sessions', creating, async (http, { description, expires_in: expiresInS }) => {
    const { authorization, token } = await issueToken(deps.store, { user: http.state.user, description, expiresInS, isLogin: true });
    return presentOauthSession(authorization, Date.now(), token);
  });

  const ending = { ...facts, title: 'Delete', about: 'Ends a session: its token is good no more.' } as const;
  router.delete('/oauth/sessions/:session', ending, async (http) => {
    const session = await sessionOf(http);
    await revokeToken(deps, session);
    return presentOauthSession(session, Date.now());
  });

  /** `~` is the one that asks, where it is a session. */
  async function sessionOf(http: ApiContext): Promise<Authorization> {
    const ref = param(http, 'session');
    const id = ref === '~' ? (http.state.authorizationId ?? '') : ref;
    const found = await findAuthorization(deps.store, id, http.state.user.id);
    // Heroku's client tells by `resource` that there was nothing to end.
    if (!found?.isLogin) throw new PlatformError('not_found', "Couldn't find that session.", { resource: 'session' });
    return found;
  }
}
