// Who may do what: one question, asked at every door. Pure, so that each answer can be looked up in a test.
import { isInScope, type Verb } from './scope.js';
import type { Actor } from './user.js';

export type Who = Pick<Actor, 'id' | 'role' | 'scope'>;

export type What = { kind: 'app'; id: string; ownerId: string } | { kind: 'user'; id: string } | { kind: 'platform' };

export const PLATFORM: What = { kind: 'platform' };

/** The app, as what is asked about. */
export function theApp({ id, ownerId }: { id: string; ownerId: string }): What {
  return { kind: 'app', id, ownerId };
}

/** Whether they may, with the token they use. Who may not `view` an app is answered as if it weren't there. */
export function may(who: Who, verb: Verb, what: What): boolean {
  if (!tokenMay(who, verb)) return false;
  if (who.role === 'admin') return true;
  if (what.kind === 'platform') return verb !== 'administer';
  return (what.kind === 'app' ? what.ownerId : what.id) === who.id;
}

/** Whether their token is good for it, whatever it is done to: to be asked first, since the answer tells nothing of what there is. */
export function tokenMay({ scope }: Pick<Who, 'scope'>, verb: Verb): boolean {
  return scope === null || isInScope(scope, verb);
}
