// Where dynos find a PostgreSQL of ours.
import type { ConfigVars } from '../../model/config-vars.js';
import { namesOf } from '../names.js';

export const PORT = 5432;

export function hostOf(addonId: string): string {
  return `pg-${addonId}`;
}

/** What apps are told of a user of its. */
export function configFor(addonId: string, { role, password }: { role: string; password: string }): ConfigVars {
  return { HEROKU_POSTGRESQL_URL: `postgres://${role}:${password}@${hostOf(addonId)}:${PORT}/${namesOf(addonId).DATABASE}` };
}
