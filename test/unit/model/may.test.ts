// Each cell of who may do what, by person and by token.
import { describe, expect, it } from 'vitest';
import { may, PLATFORM, theApp, visibleApps, type What } from '../../../src/model/may.js';
import { PERMISSIONS, TEAM_ROLES, type Permission, type TeamRole } from '../../../src/model/people/access.js';
import { SCOPES, VERBS, type Scope, type Verb } from '../../../src/model/scope.js';

const app = theApp({ id: 'app', ownerId: 'jane', locked: false }, null);
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
    read: 'identify view read-code read-logs read-events read-members',
    'read-protected': 'identify view read-code read-logs read-events read-members read-config',
    write: 'identify view read-code read-logs read-events read-members deploy operate manage join create',
    'write-protected':
      'identify view read-code read-logs read-events read-members deploy operate manage join create read-config configure run',
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
  const other = theApp({ id: 'other', ownerId: 'jane', locked: false }, null);
  const bobs = theApp({ id: 'bobs', ownerId: 'bob', locked: false }, null);
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

  it('is for no team, whatever its user is there', () => {
    const team: What = { kind: 'team', id: 'acme', role: 'admin' };
    for (const verb of VERBS) expect(may(jane(['app']), verb, team)).toBe(false);
    for (const verb of VERBS) expect(may({ ...admin, apps: ['app'] }, verb, team)).toBe(false);
  });
});

/** As words: easier to compare by eye. */
const SEE = 'identify view read-logs';
const EVERYTHING = VERBS.join(' ');
const BY_PERMISSION: Record<Permission, string> = {
  view: `${SEE} join`,
  deploy: `${SEE} join read-code read-config deploy run configure`,
  operate: `${SEE} join read-config read-events operate run configure`,
  manage: `${SEE} join read-events manage share`,
};
const ON_OPEN_APPS: Record<TeamRole, string> = { admin: EVERYTHING, member: `${SEE} join`, viewer: SEE, collaborator: '' };
const ON_LOCKED_APPS: Record<TeamRole, string> = { admin: EVERYTHING, member: '', viewer: '', collaborator: '' };
const ON_TEAM: Record<TeamRole, string> = {
  admin: EVERYTHING,
  member: 'identify view read-members create join',
  viewer: 'identify view read-members join',
  collaborator: 'identify view join',
};

/** Every combination of permissions, none of which is being no collaborator. */
const COMBINATIONS = PERMISSIONS.reduce<Permission[][]>((some, each) => [...some, ...some.map((one) => [...one, each])], [[]]);

describe.each([null, ...TEAM_ROLES])('on an app of another, in whose team one is %s', (teamRole) => {
  it.each(COMBINATIONS.map((permissions) => [permissions.join(', ') || 'no collaborator', permissions] as const))(
    'with the permissions %s',
    (_name, permissions) => {
      for (const locked of [false, true]) {
        const held = { permissions: permissions.length > 0 ? permissions : null, teamRole };
        const asked = theApp({ id: 'app', ownerId: 'acme', locked }, held);
        const byRole = teamRole === null ? '' : (locked ? ON_LOCKED_APPS : ON_OPEN_APPS)[teamRole];
        const allowed = [byRole, ...permissions.map((each) => BY_PERMISSION[each])].join(' ').split(' ');
        for (const verb of VERBS) {
          expect({ verb, locked, may: may(member('bob'), verb, asked) }).toEqual({ verb, locked, may: allowed.includes(verb) });
          // A token still limits it.
          expect(may(member('bob', ['read']), verb, asked)).toBe(allowed.includes(verb) && may(member('jane', ['read']), verb, app));
          expect(may(member('bob', ['global'], ['other']), verb, asked)).toBe(false);
          expect(may(admin, verb, asked)).toBe(true);
        }
      }
    },
  );
});

describe('on a team', () => {
  it.each(TEAM_ROLES)('%s', (role) => {
    for (const verb of VERBS)
      expect({ verb, may: may(member('bob'), verb, { kind: 'team', id: 'acme', role }) }).toEqual({
        verb,
        may: ON_TEAM[role].split(' ').includes(verb),
      });
  });

  it('who has no part in it does nothing, and an admin of the platform all', () => {
    for (const verb of VERBS) {
      expect(may(member('bob'), verb, { kind: 'team', id: 'acme', role: null })).toBe(false);
      expect(may(admin, verb, { kind: 'team', id: 'acme', role: null })).toBe(true);
    }
  });
});

describe('lists', () => {
  const jane = (apps: string[] | null) => member('jane', ['global'], apps);
  const TEAMS = TEAM_ROLES.map((role) => ({ teamId: `${role}s`, role }));
  /** Of each owner an app that is open and one that is locked, each without and with her as a collaborator. */
  const APPS = ['jane', 'bob', ...TEAMS.map(({ teamId }) => teamId)].flatMap((ownerId) =>
    [false, true].flatMap((locked) =>
      [false, true].map((isIn) => ({ id: `${ownerId}-${locked ? 'locked' : 'open'}-${isIn ? 'in' : 'out'}`, ownerId, locked, isIn })),
    ),
  );
  it.each([
    ['an admin', admin],
    ['an admin, for some apps', { ...admin, apps: ['bob-open-out', 'gone'] }],
    ['a member', jane(null)],
    ['a member, for some apps', jane(['jane-open-out', 'bob-open-out', 'members-locked-in'])],
    ['a member, for none', jane([])],
  ])('hold what one may view: %s', (_who, who) => {
    const { among, ids } = visibleApps(who, TEAMS);
    const listed = APPS.filter(
      ({ id, ownerId, locked, isIn }) =>
        (ids === null || ids.includes(id)) &&
        (among === null ||
          among.ownerIds.includes(ownerId) ||
          (among.openOwnerIds.includes(ownerId) && !locked) ||
          (isIn && among.collaboratorId === who.id)),
    );
    const seen = APPS.filter(({ isIn, ...each }) => {
      const teamRole = TEAMS.find(({ teamId }) => teamId === each.ownerId)?.role ?? null;
      return may(who, 'view', theApp(each, { permissions: isIn ? ['view'] : null, teamRole }));
    });
    expect(listed).toEqual(seen);
  });
});
