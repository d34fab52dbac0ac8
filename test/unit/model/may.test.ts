// Each cell of who may do what, by person and by token.
import { describe, expect, it } from 'vitest';
import { may, PLATFORM, theApp, visibleApps, type What } from '../../../src/model/may.js';
import { SCOPES, VERBS, type Scope, type Verb } from '../../../src/model/scope.js';

const app = theApp({ id: 'app', ownerId: 'jane' });
const self: What = { kind: 'user', id: 'jane' };
const all: readonly Verb[] = VERBS;
const none: readonly Verb[] = [];

const member = (id: string, scope: string[] | null = ['global'], apps: string[] | null = null) => ({
  id,
  role: 'member' as const,
  scope,
  apps,
});
const admin = { id: 'root', role: 'admin' as const, scope: ['global'], apps: null as string[] | null };

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
    read: 'identify view read-code read-logs read-events',
    'read-protected': 'identify view read-code read-logs read-events read-config',
    write: 'identify view read-code read-logs read-events deploy operate manage create',
    'write-protected': 'identify view read-code read-logs read-events deploy operate manage create read-config configure run',
    deploy: 'identify view read-code deploy',
    run: 'identify view run',
    logs: 'identify view read-logs',
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

describe('a token that is for named apps', () => {
  const other = theApp({ id: 'other', ownerId: 'jane' });
  const bobs = theApp({ id: 'bobs', ownerId: 'bob' });
  const bob: What = { kind: 'user', id: 'bob' };
  const onThose = VERBS.filter((verb) => !['create', 'authorize', 'administer'].includes(verb));
  const jane = (apps: string[], scope = ['global']) => member('jane', scope, apps);
  it.each([
    ['does to them what its scope allows', jane(['app']), app, onThose],
    ['does nothing to others of the same owner', jane(['app']), other, none],
    ["nothing to an app of another's that it names", jane(['bobs']), bobs, none],
    ['nothing at all when its apps are gone', jane(['gone']), app, none],
    ['nor when it names none', jane([]), app, none],
    ['sees its own user', jane(['app']), self, onThose],
    ['no other user', jane(['app']), bob, none],
    ['creates no app, makes no token, administers nothing', jane(['app']), PLATFORM, onThose],
    ["an admin's too, on the apps of others", { ...admin, apps: ['app'] }, app, onThose],
    ["an admin's, on apps that it doesn't name", { ...admin, apps: ['app'] }, other, none],
    ["an admin's, on users", { ...admin, apps: ['app'] }, bob, none],
    ['to deploy', jane(['app'], ['deploy']), app, ['identify', 'view', 'read-code', 'deploy']],
    ['to deploy, on others', jane(['app'], ['deploy']), other, none],
    ['to run', jane(['app'], ['run']), app, ['identify', 'view', 'run']],
    ['to read logs', jane(['app'], ['logs']), app, ['identify', 'view', 'read-logs']],
    ['to deploy and to run', jane(['app'], ['deploy', 'run']), app, ['identify', 'view', 'read-code', 'deploy', 'run']],
  ])('%s', (_what, who, what, allowed) => {
    for (const verb of VERBS)
      expect({ verb, may: may(who, verb, what) }).toEqual({ verb, may: (allowed as readonly Verb[]).includes(verb) });
  });

  it.each([
    ['an admin', admin],
    ['an admin, for some apps', { ...admin, apps: ['app', 'gone'] }],
    ['a member', member('jane')],
    ['a member, for some apps', jane(['app', 'bobs'])],
    ['a member, for none', jane([])],
  ])('lists what it may view: %s', (_who, who) => {
    const { ownerId, ids } = visibleApps(who);
    const apps = [
      { id: 'app', ownerId: 'jane' },
      { id: 'other', ownerId: 'jane' },
      { id: 'bobs', ownerId: 'bob' },
    ];
    const listed = apps.filter((each) => (!ownerId || each.ownerId === ownerId) && (!ids || ids.includes(each.id)));
    expect(listed).toEqual(apps.filter((each) => may(who, 'view', theApp(each))));
  });
});
