// The environment in which Heroku's own client speaks to this platform, and to nobody else.
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ClientPlace {
  /** Where the API is, as the client is told: loopback, since it sends its token to no other host that isn't Heroku's. */
  apiUrl: string;
  /** Where git finds the API, over TLS: `paas.example.com:8000`. */
  gitHost: string;
  token: string;
  caFile: string | undefined;
  /** Host names that it may look up. */
  hosts: readonly string[];
  /** Directory of the installed client. */
  clientDir: string;
  /** What is loaded into it first. */
  guardFile: string;
  /** Git's global configuration for it: it writes there. */
  gitConfig: string;
}

/** What would take it elsewhere: settings for Heroku itself, another token among them, and proxies. */
const UNWANTED = /^(HEROKU_.*|https?_proxy|all_proxy|no_proxy|SSL_CERT_(FILE|DIR))$/i;

/** The environment of the client: that of the user, without what is meant for Heroku, and with our addresses. */
export function clientEnv(env: NodeJS.ProcessEnv, place: ClientPlace): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !UNWANTED.test(name)));
  const url = place.apiUrl;
  return {
    ...kept,
    HEROKU_HOST: url,
    HEROKU_API_KEY: place.token,
    HEROKU_GIT_HOST: place.gitHost,
    HEROKU_DATA_HOST: new URL(url).hostname,
    HEROKU_PARTICLEBOARD_URL: url,
    HEROKU_LOGIN_HOST: url,
    HEROKU_STATUS_HOST: url,
    HEROKU_BUILDPACK_REGISTRY_URL: url,
    HEROKU_ANALYTICS_URL: url,
    // It takes TLS only.
    HEROKU_EXEC_URL: url.replace(/^http:/, 'https:'),
    HEROKU_CI_WEBSOCKET_URL: url.replace(/^http/, 'ws'),
    HEROKU_SKIP_ANALYTICS: '1',
    HEROKU_DISABLE_AUTOUPDATE: '1',
    HEROKU_SKIP_NEW_VERSION_CHECK: 'true',
    DISABLE_TELEMETRY: 'true',
    ...(env['PAAS_APP'] && { HEROKU_APP: env['PAAS_APP'] }),
    ...(place.caFile && { NODE_EXTRA_CA_CERTS: place.caFile }),
    GIT_CONFIG_GLOBAL: place.gitConfig,
    PATH: [join(place.clientDir, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter),
    PAAS_NODE_OPTIONS: env['NODE_OPTIONS'] ?? '',
    PAAS_MAY_LOOK_UP: place.hosts.join(','),
    NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import=${pathToFileURL(place.guardFile).href}`.trim(),
  };
}
