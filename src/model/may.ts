// Who may do what: one question, asked at every door. Pure, so that each answer can be looked up in a test.
import { isInScope, type Verb } from './scope.js';
import type { Actor } from './user.js';

export type Who = Pick<Actor, 'id' | 'role' | 'scope' | 'apps'>;

export type What = { kind: 'app'; id: string; ownerId: string } | { kind: 'user'; id: string } | { kind: 'platform' };

export const PLATFORM: What = { kind: 'platform' };

/** The app, as what is asked about. */
export function theApp({ id, ownerId }: { id: string; ownerId: string }): What {
  return { kind: 'app', id, ownerId };
}

/** What is done to no app: closed to a token that is for named apps. */
const BEYOND_APPS: readonly Verb[] = ['create', 'authorize', 'administer'];

/** Whether they may, with the token they use. Who may not `view` an app is answered as if it weren't there. */
export function may(who: Who, verb: Verb, what: What): boolean {
  if (!tokenMay(who, verb)) return false;
  if (what.kind === 'app' && !isForApp(who, what.id)) return false;
  if (what.kind === 'user' && who.apps !== null) return what.id === who.id;
  if (who.role === 'admin') return true;
  if (what.kind === 'platform') return verb !== 'administer';
  return (what.kind === 'app' ? what.ownerId : what.id) === who.id;
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

/** The apps whose list they may see, as the store is asked for them: those that `may` lets them `view`. */
export function visibleApps({ id, role, apps }: Who): { ownerId?: string; ids?: readonly string[] } {
  return { ...(role !== 'admin' && { ownerId: id }), ...(apps !== null && { ids: apps }) };
}
