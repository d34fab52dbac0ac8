// Each cell of who may do what, by person and by token.
import { describe, expect, it } from 'vitest';
import { may, PLATFORM, theApp, type What } from '../../../src/model/may.js';
import { SCOPES, VERBS, type Scope, type Verb } from '../../../src/model/scope.js';

const app = theApp({ id: 'app', ownerId: 'jane' });
const self: What = { kind: 'user', id: 'jane' };
const all: readonly Verb[] = VERBS;
const none: readonly Verb[] = [];

const member = (id: string, scope: string[] | null = ['global']) => ({ id, role: 'member' as const, scope });
const admin = { id: 'root', role: 'admin' as const, scope: ['global'] };

describe('a person may', () => {
  it.each([
    ['the owner of an app', member('jane'), app, all],
    ['the owner, by a push', member('jane', null), app, all],
    ['another member, to an app', member('bob'), app, none],
    ['an admin, to an app', admin, app, all],
    ['a user, to themselves', member('jane'), self, all],
    ['another member, to a user', member('bob'), self, none],
    ['an admin, to a user', admin, self, all],
    ['a member, to the platform', member('jane'), PLATFORM, VERBS.filter((verb) => verb !== 'administer')],
    ['an admin, to the platform', admin, PLATFORM, all],
  ])('%s', (_who, who, what, allowed) => {
    for (const verb of VERBS) expect({ verb, may: may(who, verb, what) }).toEqual({ verb, may: allowed.includes(verb) });
  });
});

describe('a token allows', () => {
  const ALLOWED: Record<Scope, string> = {
    global: VERBS.join(' '),
    identity: 'identify',
    read: 'identify view read-logs',
    'read-protected': 'identify view read-logs read-config',
    write: 'identify view read-logs deploy operate manage create',
    'write-protected': 'identify view read-logs deploy operate manage create read-config configure run',
  };
  it.each(SCOPES)('by the scope %s', (scope) => {
    const allowed = ALLOWED[scope].split(' ');
    for (const verb of VERBS) {
      expect({ verb, may: may(member('jane', [scope]), verb, app) }).toEqual({ verb, may: allowed.includes(verb) });
      // It makes nobody more than they are, and an admin less.
      expect(may(member('bob', [scope]), verb, app)).toBe(false);
      expect({ verb, may: may({ ...admin, scope: [scope] }, verb, app) }).toEqual({ verb, may: allowed.includes(verb) });
    }
  });

  it('by several, what any of them allows; by none and by unknown ones, nothing', () => {
    expect(may(member('jane', ['identity', 'read']), 'view', app)).toBe(true);
    for (const scope of [[], ['Global'], ['toString'], ['read,write']]) {
      for (const verb of VERBS) expect(may(member('jane', scope), verb, app)).toBe(false);
    }
  });
});
