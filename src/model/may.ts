// Who may do what: one question, asked at every door. Pure, so that each answer can be looked up in a test.
import type { User } from './user.js';

/**
 * What may be done. `identify`: learn whose token it is. Of an app, and of what it has: `view`, `read-config`, `read-logs`,
 * `deploy`, `run`, `operate` (scale, restart), `configure` (config vars, and what brings older ones back), `manage` (rename,
 * destroy). Of a user: `view`, `manage`. Of the platform: `view` what there is to choose from, `create` apps, `administer`.
 */
export const VERBS = [
  'identify',
  'view',
  'read-config',
  'read-logs',
  'deploy',
  'run',
  'operate',
  'configure',
  'manage',
  'create',
  'administer',
] as const;
export type Verb = (typeof VERBS)[number];

export type Who = Pick<User, 'id' | 'role'>;

export type What = { kind: 'app'; id: string; ownerId: string } | { kind: 'user'; id: string } | { kind: 'platform' };

export const PLATFORM: What = { kind: 'platform' };

/** The app, as what is asked about. */
export function theApp({ id, ownerId }: { id: string; ownerId: string }): What {
  return { kind: 'app', id, ownerId };
}

/** Whether they may. Who may not `view` an app is answered as if it weren't there. */
export function may(who: Who, verb: Verb, what: What): boolean {
  if (who.role === 'admin') return true;
  if (what.kind === 'platform') return verb !== 'administer';
  return (what.kind === 'app' ? what.ownerId : what.id) === who.id;
}
