// What the operator's environment gives to every build: proxies, registries, and whatever SLIPWAY_BUILD_ENV_* names.
import { parseUrl } from '../../lib/net/parse-url.js';

const PASSED = /^(https?_proxy|no_proxy|all_proxy|npm_config_registry)$/i;
const PREFIX = 'SLIPWAY_BUILD_ENV_';

/** Picks the variables for builds out of the builder's own environment; explicit ones win. */
export function buildEnv(env: Record<string, string | undefined>): Record<string, string> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const passed = given.filter(([key]) => PASSED.test(key));
  const explicit = given
    .filter(([key]) => key.startsWith(PREFIX) && key.length > PREFIX.length)
    .map(([key, value]) => [key.slice(PREFIX.length), value]);
  return Object.fromEntries([...passed, ...explicit]);
}

/** `host:port` of every proxy and mirror named there: builds may reach these even where they lie in a private network. */
export function reachableHosts(env: Record<string, string>): string[] {
  const urls = Object.values(env)
    .flatMap((value) => value.split(/\s+/))
    .filter((word) => /^(https?|socks5?):\/\//.test(word) && parseUrl(word) !== null)
    .map((word) => new URL(word));
  return [...new Set(urls.map((url) => `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`))];
}
