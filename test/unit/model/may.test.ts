// Each cell of who may do what.
import { describe, expect, it } from 'vitest';
import { may, PLATFORM, theApp, VERBS, type Verb, type What } from '../../../src/model/may.js';

const app = theApp({ id: 'app', ownerId: 'jane' });
const self: What = { kind: 'user', id: 'jane' };
const all: readonly Verb[] = VERBS;
const none: readonly Verb[] = [];

const member = (id: string) => ({ id, role: 'member' as const });
const admin = { id: 'root', role: 'admin' as const };

describe('may', () => {
  it.each([
    ['the owner of an app', member('jane'), app, all],
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
