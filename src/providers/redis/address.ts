// Where dynos find a Redis of ours.
import type { ConfigVars } from '../../model/config-vars.js';

export const PORT = 6379;

export function hostOf(addonId: string): string {
  return `redis-${addonId}`;
}

/** What apps are told. */
export function configFor(addonId: string, password: string): ConfigVars {
  return { HEROKU_REDIS_URL: `redis://:${password}@${hostOf(addonId)}:${PORT}` };
}
