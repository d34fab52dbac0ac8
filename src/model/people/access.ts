// What one is to an app or a team, and what that lets one do: the table that `may` asks. Pure.
import { VERBS, type Verb } from '../scope.js';

/** Given for one app, in any combination; each lets one view it, too (devcenter.heroku.com/articles/app-permissions). */
export const PERMISSIONS = ['deploy', 'manage', 'operate', 'view'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a collaborator gets where nothing is said: as at Heroku all but what is its owner's to decide. */
export const USUAL_PERMISSIONS: readonly Permission[] = ['deploy', 'operate', 'view'];

/** `collaborator`: belongs to the team by some of its apps only. */
export const TEAM_ROLES = ['admin', 'member', 'viewer', 'collaborator'] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/** What somebody has been given that concerns an app. */
export interface Held {
  /** As its collaborator; null where they are none. */
  permissions: readonly Permission[] | null;
  /** In the team that it belongs to; null where they have none, or it belongs to a person. */
  teamRole: TeamRole | null;
}

const VIEW = ['identify', 'view', 'read-logs'] as const satisfies readonly Verb[];

/** Whoever has one is a collaborator, and may leave. */
const BY_PERMISSION: Record<Permission, readonly Verb[]> = {
  view: [...VIEW, 'join'],
  deploy: ['read-code', 'read-config', 'deploy', 'run', 'configure'],
  operate: ['read-config', 'read-events', 'operate', 'run', 'configure'],
  manage: ['read-events', 'manage', 'share'],
};

/** On each app of their team that isn't locked. Its admins don't care for locks. */
const ON_OPEN_APPS: Record<TeamRole, readonly Verb[]> = { admin: VERBS, member: [...VIEW, 'join'], viewer: VIEW, collaborator: [] };

/** `join`: leave. */
const ON_TEAM: Record<TeamRole, readonly Verb[]> = {
  admin: VERBS,
  member: ['identify', 'view', 'read-members', 'create', 'join'],
  viewer: ['identify', 'view', 'read-members', 'join'],
  collaborator: ['identify', 'view', 'join'],
};

/** Whether one may do that to an app that isn't one's own. */
export function mayByHeld({ permissions, teamRole }: Held, verb: Verb, { isLocked }: { isLocked: boolean }): boolean {
  if (permissions !== null && withView(permissions).some((each) => BY_PERMISSION[each].includes(verb))) return true;
  if (teamRole === null || (isLocked && teamRole !== 'admin')) return false;
  return ON_OPEN_APPS[teamRole].includes(verb);
}

/** Whether one may do that to a team in which one has this role; null is none. */
export function mayByRole(role: TeamRole | null, verb: Verb): boolean {
  return role !== null && ON_TEAM[role].includes(verb);
}

/** The permissions that these are: each once, with `view`, in order. */
export function withView(permissions: readonly Permission[]): Permission[] {
  return PERMISSIONS.filter((each) => each === 'view' || permissions.includes(each));
}
