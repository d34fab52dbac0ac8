// What a token may be used for, whoever's it is: Heroku's scopes, and actions, each as the verbs it allows.

/**
 * What may be done. `identify`: learn whose token it is. Of an app, and of what it has: `view`, `read-code` (builds and slugs),
 * `read-config`, `read-logs`, `read-events` (who changed what, and from where), `deploy`, `run`, `operate` (scale, restart, and what
 * belongs to it: domains, add-ons, drains), `configure` (config vars, and what brings older ones back), `manage` (rename, destroy,
 * lock), `share` (say who else may do what, give it away), `join` (work on it as a member of its team, or no more).
 * Of a team: `view`, `read-members`, `create` apps, `manage`, `share`. Of a user: `view`, `authorize` (make tokens). Of the platform:
 * `view` what there is to choose from, `create` apps and teams, `administer`.
 */
export const VERBS = [
  'identify',
  'view',
  'read-code',
  'read-config',
  'read-logs',
  'read-events',
  'read-members',
  'deploy',
  'run',
  'operate',
  'configure',
  'manage',
  'share',
  'join',
  'create',
  'authorize',
  'administer',
] as const;
export type Verb = (typeof VERBS)[number];

const READ = ['identify', 'view', 'read-code', 'read-logs', 'read-events', 'read-members'] as const satisfies readonly Verb[];
const WRITE = [...READ, 'deploy', 'operate', 'manage', 'join', 'create'] as const satisfies readonly Verb[];

/**
 * Without `-protected` no config var is read or set, and none can come back with an older release or be printed by a one-off dyno.
 * (Code that is deployed reads them, as at Heroku.) Tokens are made, access is given, and users are changed, with `global` only.
 */
const ALLOWED = {
  global: VERBS,
  identity: ['identify'],
  read: READ,
  'read-protected': [...READ, 'read-config'],
  write: WRITE,
  'write-protected': [...WRITE, 'read-config', 'configure', 'run'],
  deploy: ['identify', 'view', 'read-code', 'deploy'],
  run: ['identify', 'view', 'run'],
  logs: ['identify', 'view', 'read-logs'],
} as const satisfies Record<string, readonly Verb[]>;

export type Scope = keyof typeof ALLOWED;
export const SCOPES = Object.keys(ALLOWED) as [Scope, ...Scope[]];

/** Scopes that Heroku doesn't have: one thing that may be done, and what has to be seen for it. */
export const ACTIONS = ['deploy', 'run', 'logs'] as const satisfies readonly Scope[];

/** Whether one of these scopes allows it. */
export function isInScope(scopes: readonly string[], verb: Verb): boolean {
  return scopes.some((scope) => isScope(scope) && (ALLOWED[scope] as readonly Verb[]).includes(verb));
}

function isScope(text: string): text is Scope {
  return Object.hasOwn(ALLOWED, text);
}
