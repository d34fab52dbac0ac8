// Which URLs a log may be sent to.
import { isListedHost, mayBeReachable } from '../../lib/net/reachable-host.js';
import { PlatformError } from '../../model/errors.js';
import { readDrainUrl } from '../../model/logs/drain.js';

/** Throws `invalid_params` for what is no URL of a drain, and for addresses that are not public, unless the operator allows them. */
export function checkDrainUrl(url: string, fetchAllow: readonly string[]): void {
  const { host, port } = readDrainUrl(url);
  if (mayBeReachable(host) || isListedHost(fetchAllow, host, port)) return;
  throw new PlatformError(
    'invalid_params',
    `url: ${host} is not on the public internet; the operator can allow it with SLIPWAY_FETCH_ALLOW.`,
  );
}
