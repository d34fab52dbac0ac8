// The API: what needs no token first (signed URLs), then, behind the token, one file of routes per noun.
import type { Middleware } from 'koa';
import { PlatformError } from '../model/errors.js';
import { checkAccept } from './middleware/accept.js';
import { authenticate } from './middleware/auth.js';
import { createApiRouter } from './api-router.js';
import type { ApiDeps } from './deps.js';
import { openToPages } from './middleware/cross-origin.js';
import { overrideMethod } from './middleware/method-override.js';
import { answerErrors } from './middleware/errors.js';
import { tagAnswers } from './middleware/etag.js';
import { answerNotOffered } from './middleware/not-offered.js';
import { limitRate } from './middleware/rate-limit.js';
import { mountLoginPage } from './pages/login-page.js';
import { mountPasswordPage } from './pages/password-page.js';
import { mountAccount } from './routes/account/account.js';
import { mountAcm } from './routes/domain/acm.js';
import { mountCollaborators } from './routes/app/collaborators.js';
import { mountFeatures } from './routes/app/features.js';
import { mountAppTransfers } from './routes/account/app-transfers.js';
import { mountAddons } from './routes/addon/addons.js';
import { mountLogInput } from './routes/addon/log-input.js';
import { mountAddonAttachments } from './routes/addon/attachments.js';
import { answerProviders } from './routes/addon/providers.js';
import { mountAddonServices } from './routes/addon/services.js';
import { mountAddonPages } from './routes/addon/sso.js';
import { mountApps } from './routes/app/apps.js';
import { mountAuthorizations } from './routes/account/authorizations.js';
import { mountBlobs } from './routes/deploy/blobs.js';
import { mountBuildpacks } from './routes/deploy/buildpacks.js';
import { mountBuildCache, mountBuilds } from './routes/deploy/builds.js';
import { mountCatalog } from './routes/catalog.js';
import { mountConfigVars } from './routes/app/config-vars.js';
import { mountCredentials } from './routes/data/credentials.js';
import { mountDatabases } from './routes/data/databases.js';
import { mountKeyValueStores } from './routes/data/key-value-stores.js';
import { mountDomains } from './routes/domain/domains.js';
import { mountDynos } from './routes/app/dynos.js';
import { mountFormation } from './routes/app/formation.js';
import { mountLogDrains } from './routes/app/log-drains.js';
import { mountLogSessions } from './routes/app/log-sessions.js';
import { mountGitConnection } from './routes/deploy/git-connection.js';
import { mountGitHooks } from './routes/deploy/git-hooks.js';
import { mountMetrics } from './routes/app/metrics.js';
import { mountOneOffs } from './routes/app/one-offs.js';
import { mountSchedules } from './routes/schedule/schedules.js';
import { mountPasswords } from './routes/account/passwords.js';
import { mountAuthorizePage } from './pages/authorize-page.js';
import { mountOauthClients } from './routes/account/oauth-clients.js';
import { mountOauthSessions } from './routes/account/oauth-sessions.js';
import { mountOauthTokens } from './routes/account/oauth-tokens.js';
import { mountSshKeys } from './routes/account/ssh-keys.js';
import { mountReleases } from './routes/deploy/releases.js';
import { mountSlugs } from './routes/deploy/slugs.js';
import { mountSniEndpoints } from './routes/domain/sni-endpoints.js';
import { mountSources } from './routes/deploy/sources.js';
import { mountSource } from './routes/app/source.js';
import { mountStreams } from './routes/deploy/streams.js';
import { mountTeamApps } from './routes/team/team-apps.js';
import { mountTeamMembers } from './routes/team/members.js';
import { mountTeams } from './routes/team/teams.js';
import { mountTwoFactor } from './routes/account/two-factor.js';
import { mountUsers } from './routes/account/users.js';
import { mountAudit } from './routes/audit/events.js';
import { mountWebhookDeliveries } from './routes/webhook/deliveries.js';
import { mountWebhooks } from './routes/webhook/webhooks.js';
import { mountBackupContent } from './routes/data/backup-content.js';
import { mountBackupSchedules } from './routes/data/backup-schedules.js';
import { mountBackups } from './routes/data/backups.js';
import { mountSchema } from './routes/schema.js';
import { createOpenRouter } from './open-router.js';
import type { Route } from './schema/route.js';
import { keepWithinReach } from './middleware/within-reach.js';

interface Routers {
  /** Every route there is. */
  routes: Route[];
  /** Answers those that need no token. */
  open: Middleware;
  /** Answers those behind the token. */
  closed: Middleware;
}

/** Every answer of the API as one chain of middlewares, to be used in this order. */
export function createApi(deps: ApiDeps): Middleware[] {
  const { open, closed } = createRouters(deps);
  const known = [
    keepWithinReach(deps.bus),
    answerProviders(deps),
    authenticate(deps),
    limitRate(),
    closed,
    answerNotOffered(deps),
    answerNotFound(),
  ];
  const first = [openToPages(), overrideMethod(), answerErrors(), refuseControlCharacters(), tagAnswers()];
  return [...first, open, checkAccept(), ...known] as Middleware[];
}

/** All routes, with what is said of each. */
export function createRouters(deps: ApiDeps): Routers {
  const open = createOpenRouter();
  mountBlobs(open, deps);
  mountStreams(open, deps);
  mountBackupContent(open, deps);
  mountAddonPages(open, deps);
  mountGitHooks(open, deps);
  mountPasswordPage(open, deps);
  mountLogInput(open, deps);
  mountLoginPage(open, deps);
  mountAuthorizePage(open, deps);
  mountOauthTokens(open, deps);
  const router = createApiRouter(deps);
  mountAccount(router, deps);
  mountUsers(router, deps);
  mountPasswords(router, deps);
  mountTwoFactor(router, deps);
  mountAuthorizations(router, deps);
  mountSshKeys(router, deps);
  mountOauthClients(router, deps);
  mountOauthSessions(router, deps);
  mountApps(router, deps);
  mountFeatures(router, deps);
  mountCollaborators(router, deps);
  mountSource(router, deps);
  mountDomains(router, deps);
  mountSniEndpoints(router, deps);
  mountAcm(router, deps);
  mountAppTransfers(router, deps);
  mountTeamApps(router, deps);
  mountTeams(router, deps);
  mountTeamMembers(router, deps);
  mountConfigVars(router, deps);
  mountReleases(router, deps);
  mountBuilds(router, deps);
  mountBuildCache(router, deps);
  mountGitConnection(router, deps);
  mountSlugs(router, deps);
  mountSources(router, deps);
  mountFormation(router, deps);
  mountDynos(router, deps);
  mountOneOffs(router, deps);
  mountSchedules(router, deps);
  mountMetrics(router, deps);
  mountBuildpacks(router, deps);
  mountLogSessions(router, deps);
  mountLogDrains(router, deps);
  mountAddonServices(router, deps);
  mountAddons(router, deps);
  mountAddonAttachments(router, deps);
  mountDatabases(router, deps);
  mountCredentials(router, deps);
  mountKeyValueStores(router, deps);
  mountBackups(router, deps);
  mountBackupSchedules(router, deps);
  mountWebhooks(router, deps);
  mountWebhookDeliveries(router, deps);
  mountAudit(router, deps);
  mountCatalog(router, deps);
  const routes = () => [...open.routes, ...router.routes];
  mountSchema(open, deps, routes);
  return { routes: routes(), open: open.middleware(), closed: router.middleware() };
}

/** No name of anything has one, and PostgreSQL takes no NUL. */
function refuseControlCharacters(): Middleware {
  return (http, next) => (/%([01][0-9a-f]|7f)/i.test(http.path) ? notFound() : next());
}

function answerNotFound(): Middleware {
  return () => notFound();
}

function notFound(): never {
  throw new PlatformError(
    'not_found',
    'The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), and did you ' +
      'specify your intended version with the `Accept` header?',
  );
}
