// Who may do what: one question, asked at every door. Pure, so that each answer can be looked up in a test.
import { mayByHeld, mayByRole, type Held, type TeamRole } from './people/access.js';
import { isInScope, type Verb } from './scope.js';
import type { Actor } from './user.js';

export type Who = Pick<Actor, 'id' | 'role' | 'scope' | 'apps'>;

export type What =
  | { kind: 'app'; id: string; ownerId: string; isLocked: boolean; held: Held | null }
  | { kind: 'team'; id: string; role: TeamRole | null }
  | { kind: 'user'; id: string }
  | { kind: 'platform' };

export const PLATFORM: What = { kind: 'platform' };

interface AnApp {
  id: string;
  ownerId: string;
  locked: boolean;
}

/** The app, as what is asked about by somebody who has been given this on it; null where they own it, or have been given nothing. */
export function theApp({ id, ownerId, locked }: AnApp, held: Held | null): What {
  return { kind: 'app', id, ownerId, isLocked: locked, held };
}

/** What is done to no app: closed to a token that is for named apps. */
const BEYOND_APPS: readonly Verb[] = ['create', 'authorize', 'administer'];

/** Whether they may, with the token they use. Who may not `view` an app or a team is answered as if it weren't there. */
export function may(who: Who, verb: Verb, what: What): boolean {
  if (!tokenMay(who, verb)) return false;
  if (what.kind === 'app' && !isForApp(who, what.id)) return false;
  if (what.kind === 'team' && who.apps !== null) return false;
  if (what.kind === 'user' && who.apps !== null) return what.id === who.id;
  if (who.role === 'admin') return true;
  if (what.kind === 'platform') return verb !== 'administer';
  if (what.kind === 'team') return mayByRole(what.role, verb);
  if (what.kind === 'user') return what.id === who.id;
  return what.ownerId === who.id || (what.held !== null && mayByHeld(what.held, verb, what));
}

/** Whether their token is good for it, whatever it is done to: to be asked first, since the answer tells nothing of what there is. */
export function tokenMay({ scope, apps }: Pick<Who, 'scope' | 'apps'>, verb: Verb): boolean {
  if (apps !== null && BEYOND_APPS.includes(verb)) return false;
  return scope === null || isInScope(scope, verb);
}

/** Whether their token is for that app, or for all of theirs. */
export function isForApp({ apps }: Pick<Who, 'apps'>, appId: string): boolean {
  return apps === null || apps.includes(appId);
}

/** Apps, as the store is asked for them. */
export interface VisibleApps {
  /** Null is all there are. */
  among: {
    /** All apps of these. */
    ownerIds: readonly string[];
    /** Of these, the apps that aren't locked. */
    openOwnerIds: readonly string[];
    /** Those of which this user is a collaborator. */
    collaboratorId: string;
  } | null;
  /** Of them, these only; null is all. */
  ids: readonly string[] | null;
}

/** The apps whose list they may see, given the teams they belong to: those that `may` lets them `view`. */
export function visibleApps({ id, role, apps }: Who, teams: readonly { teamId: string; role: TeamRole }[]): VisibleApps {
  if (role === 'admin') return { among: null, ids: apps };
  const those = (wanted: readonly TeamRole[]) => teams.filter((each) => wanted.includes(each.role)).map(({ teamId }) => teamId);
  return { among: { ownerIds: [id, ...those(['admin'])], openOwnerIds: those(['member', 'viewer']), collaboratorId: id }, ids: apps };
}
