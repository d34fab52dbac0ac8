// Who may do what with an app: collaborators, teams, locks and transfers, at every door. What is expected is the table's own answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { may, theApp } from '../../../src/model/may.js';
import { PERMISSIONS, type Held } from '../../../src/model/people/access.js';
import type { Verb } from '../../../src/model/scope.js';
import { findUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { asking } from './asking.js';
import { callAs, type Answer, type Call } from './client.js';

let web: OpenWeb;
let admin: Call;
let buildId: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  for (const name of ['owner', 'lead', 'bob', 'eve']) {
    const made = (await admin('POST', '/users', { email: at(name) })).body as { access_token: { token: string } };
    tokens.set(name, made.access_token.token);
  }
  const user = (await findUser(web.ctx.store, at('owner')))!;
  const { app } = await aDeployedApp(web.ctx, user, 'shop');
  const source = { source: 'http://127.0.0.1:1/x.tgz', commit: null, description: null };
  buildId = (await startBuild(web.ctx, { app, user, origin: 'api', ...source })).id;
});
afterAll(() => web.stop());

const at = (name: string) => `${name}@example.com`;
const as = (name: string): Call => callAs(() => web.url, tokens.get(name)!);
const askAs = (name: string) => asking(() => as(name));

async function names(call: Call, path: string): Promise<string[]> {
  return ((await call('GET', path)).body as { name: string }[]).map(({ name }) => name);
}

/** What a door says: `absent` as if there were no such app, `forbidden`, or it lets in. */
function verdict({ status, body }: Pick<Answer, 'status' | 'body'>): 'absent' | 'forbidden' | 'in' {
  const { message } = (body ?? {}) as { message?: string };
  if (status === 404 && message === "Couldn't find that app.") return 'absent';
  return status === 403 ? 'forbidden' : 'in';
}

function expected(verb: Verb, held: Held | null, isLocked = false): 'absent' | 'forbidden' | 'in' {
  const who = { id: 'bob', role: 'member', scope: ['global'], apps: null } as const;
  const app = theApp({ id: 'app', ownerId: 'other', locked: isLocked }, held);
  return !may(who, 'view', app) ? 'absent' : may(who, verb, app) ? 'in' : 'forbidden';
}

/** Each route of an app once for each verb that routes need, so that whoever is let in changes nothing. */
const DOORS = [
  ...new Map(ROUTES.filter(({ path, isOpen }) => path.startsWith('/apps/:app') && !isOpen).map((each) => [each.needs, each])).values(),
];

async function expectDoors(app: string, held: Held | null, isLocked = false): Promise<void> {
  for (const { method, path, needs } of DOORS) {
    const target = path.replace(':app', app).replace(/:\w+/g, 'not-there');
    const answer = await as('bob')(method, target, method === 'GET' ? undefined : '{"broken', { 'if-match': '"another"' });
    expect({ target, needs, is: verdict(answer) }).toEqual({ target, needs, is: expected(needs, held, isLocked) });
  }
  const pair = Buffer.from(`:${tokens.get('bob')}`).toString('base64');
  const git = await fetch(`${web.url}/${app}.git/info/refs?service=git-upload-pack`, { headers: { authorization: `Basic ${pair}` } });
  expect({ git: git.status }).toEqual({ git: expected('deploy', held, isLocked) === 'in' ? 200 : 404 });
}

describe('a collaborator', () => {
  it('is let in by the owner, may what is said, and is let out', async () => {
    const owner = askAs('owner');
    await expectDoors('shop', null);
    const made = await owner<{ permissions: { name: string }[] }>(201, 'collaborator', 'POST', '/apps/shop/collaborators', {
      user: at('bob'),
      silent: true,
    });
    expect(made.permissions.map(({ name }) => name)).toEqual(['deploy', 'operate', 'view']);
    expect(await names(as('bob'), '/apps')).toEqual(['shop']);
    expect(await names(as('bob'), '/users/~/apps')).toEqual(['shop']);
    await expectDoors('shop', { permissions: ['deploy', 'operate', 'view'], teamRole: null });
    for (const permission of PERMISSIONS) {
      await owner(200, 'collaborator', 'PATCH', `/apps/shop/collaborators/${at('bob')}`, { permissions: [permission] });
      await expectDoors('shop', { permissions: [permission], teamRole: null });
    }
    const listed = await owner<{ role: string; user: { email: string } }[]>(200, '[collaborator]', 'GET', '/apps/shop/collaborators');
    expect(listed.map(({ role, user }) => `${user.email} ${role}`).toSorted()).toEqual([
      `${at('bob')} collaborator`,
      `${at('owner')} owner`,
    ]);
    await owner(200, 'collaborator', 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
    await expectDoors('shop', null);
    expect(await names(as('bob'), '/apps')).toEqual([]);
  });

  it('lets nobody in without the permission to manage, and leaves by themselves', async () => {
    const [owner, bob] = [askAs('owner'), askAs('bob')];
    await owner(201, 'collaborator', 'POST', '/apps/shop/collaborators', { user: at('bob') });
    await bob(403, null, 'POST', '/apps/shop/collaborators', { user: at('eve') });
    await bob(403, null, 'POST', '/apps/shop/collaborators', { user: at('bob'), permissions: ['manage'] });
    await bob(403, null, 'PATCH', `/apps/shop/collaborators/${at('bob')}`, { permissions: ['manage'] });
    await bob(403, null, 'PATCH', '/apps/shop', { name: 'mine' });
    await bob(403, null, 'POST', '/account/app-transfers', { app: 'shop', recipient: at('bob') });
    expect(await bob(201, 'collaborator', 'POST', '/apps/shop/collaborators', { user: at('bob') })).toMatchObject({ role: 'collaborator' });
    await bob(200, 'collaborator', 'DELETE', `/apps/shop/collaborators/${encodeURIComponent(at('bob'))}`);
    await bob(404, null, 'GET', '/apps/shop');
  });

  it('must be a user, and not the owner', async () => {
    const owner = askAs('owner');
    await owner(404, null, 'POST', '/apps/shop/collaborators', { user: 'nobody@example.com' });
    await owner(422, null, 'POST', '/apps/shop/collaborators', { user: at('owner') });
    await owner(422, null, 'POST', '/apps/shop/collaborators', { user: at('bob'), permissions: [] });
    await owner(422, null, 'DELETE', `/apps/shop/collaborators/${at('owner')}`);
    await owner(404, null, 'DELETE', `/apps/shop/collaborators/${at('eve')}`);
  });

  it('loses what is open when the permission goes, and may not open it again', async () => {
    const [owner, bob] = [askAs('owner'), askAs('bob')];
    await owner(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob') });
    const log = await bob<{ logplex_url: string }>(201, null, 'POST', '/apps/shop/log-sessions', { tail: true });
    const build = await bob<{ output_stream_url: string }>(200, null, 'GET', `/apps/shop/builds/${buildId}`);
    const open = await fetch(build.output_stream_url);
    expect(open.status).toBe(200);
    const ended = open.text().then(
      () => 'ended',
      () => 'ended',
    );
    await owner(200, null, 'PATCH', `/apps/shop/collaborators/${at('bob')}`, { permissions: ['operate'] });
    expect(await ended).toBe('ended');
    expect((await fetch(build.output_stream_url)).status).toBe(404);
    await owner(200, null, 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
    expect((await fetch(log.logplex_url)).status).toBe(404);
  });

  it('is what an admin has to be who is a member again: what is open ends', async () => {
    const made = (await admin('POST', '/users', { email: at('chief'), role: 'admin' })).body as { access_token: { token: string } };
    const chief = callAs(() => web.url, made.access_token.token);
    const build = (await chief('GET', `/apps/shop/builds/${buildId}`)).body as { output_stream_url: string };
    const open = await fetch(build.output_stream_url);
    expect(open.status).toBe(200);
    expect((await admin('PATCH', `/users/${at('chief')}`, { role: 'member' })).status).toBe(200);
    await open.text().catch(() => undefined);
    expect((await fetch(build.output_stream_url)).status).toBe(404);
  });

  it('gives a token no more than its scope', async () => {
    await askAs('owner')(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob') });
    const made = (await as('bob')('POST', '/oauth/authorizations', { scope: ['write'] })).body as { access_token: { token: string } };
    const limited = callAs(() => web.url, made.access_token.token);
    expect((await limited('GET', '/apps/shop')).status).toBe(200);
    expect((await limited('GET', '/apps/shop/config-vars')).status).toBe(403);
    const owners = (await as('owner')('POST', '/oauth/authorizations', { scope: ['write'] })).body as { access_token: { token: string } };
    const sharing = callAs(() => web.url, owners.access_token.token);
    expect((await sharing('POST', '/apps/shop/collaborators', { user: at('eve') })).status).toBe(403);
    await askAs('owner')(200, null, 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
  });

  it('is told no secret of a drain unless they may read config vars', async () => {
    const [owner, bob] = [askAs('owner'), askAs('bob')];
    const url = 'https://user:secret@logs.example.com/token?key=secret';
    const { id } = await owner<{ id: string }>(201, 'log-drain', 'POST', '/apps/shop/log-drains', { url });
    await owner(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob'), permissions: ['view'] });
    for (const [permission, told] of [
      ['view', 'https://logs.example.com'],
      ['manage', 'https://logs.example.com'],
      ['operate', url],
    ] as const) {
      await owner(200, null, 'PATCH', `/apps/shop/collaborators/${at('bob')}`, { permissions: [permission] });
      expect(await bob(200, '[log-drain]', 'GET', '/apps/shop/log-drains')).toMatchObject([{ url: told }]);
      expect(await bob(200, 'log-drain', 'GET', `/apps/shop/log-drains/${id}`)).toMatchObject({ url: told });
    }
    await owner(200, null, 'DELETE', `/apps/shop/log-drains/${id}`);
    await owner(200, null, 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
  });

  it('sees that there are webhooks, but neither where they lead nor what they are told', async () => {
    const [owner, bob] = [askAs('owner'), askAs('bob')];
    const url = 'https://hooks.example.com/secret';
    const wish = { url, include: ['api:build'], level: 'notify' };
    const { id } = await owner<{ id: string }>(201, null, 'POST', '/apps/shop/webhooks', wish);
    await owner(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob'), permissions: ['view'] });
    expect(await bob(200, null, 'GET', '/apps/shop/webhooks')).toMatchObject([{ id, url: 'https://hooks.example.com' }]);
    await bob(200, null, 'GET', '/apps/shop/webhook-deliveries');
    await bob(403, null, 'GET', '/apps/shop/webhook-events');
    await owner(200, null, 'PATCH', `/apps/shop/collaborators/${at('bob')}`, { permissions: ['operate'] });
    expect(await bob(200, null, 'GET', `/apps/shop/webhooks/${id}`)).toMatchObject({ url });
    await bob(200, null, 'GET', '/apps/shop/webhook-events');
    await owner(200, null, 'DELETE', `/apps/shop/webhooks/${id}`);
    await owner(200, null, 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
  });

  it('attaches no add-on of an app to another that they may not operate', async () => {
    await askAs('bob')(201, null, 'POST', '/apps', { name: 'bobs' });
    await askAs('owner')(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob'), permissions: ['view'] });
    const answer = await as('bob')('POST', '/addon-attachments', { addon: 'not-there', app: 'shop' });
    expect(answer.status).toBe(404);
    await askAs('owner')(200, null, 'DELETE', `/apps/shop/collaborators/${at('bob')}`);
  });
});

describe('a team', () => {
  it('is made by a user, who is its admin', async () => {
    expect(await askAs('lead')(201, 'team', 'POST', '/teams', { name: 'acme' })).toMatchObject({
      name: 'acme',
      role: 'admin',
      type: 'team',
    });
    await askAs('lead')(422, null, 'POST', '/teams', { name: 'acme' });
    for (const name of ['apps', 'A', 'x y']) await askAs('lead')(422, null, 'POST', '/teams', { name });
    expect(await names(as('lead'), '/teams')).toEqual(['acme']);
    expect(await names(as('bob'), '/teams')).toEqual([]);
    for (const path of ['/teams/acme', '/teams/acme/members', '/teams/acme/apps', '/teams/acme/features'])
      expect((await as('bob')('GET', path)).body).toEqual((await as('bob')('GET', path.replace('acme', 'not-there'))).body);
    expect(await names(as('lead'), '/teams/permissions')).toEqual([...PERMISSIONS]);
  });

  it('owns apps that its members make', async () => {
    const lead = askAs('lead');
    const app = await lead<{ owner: { email: string }; team: object }>(201, 'team-app', 'POST', '/teams/apps', {
      name: 'crewed',
      team: 'acme',
    });
    expect(app).toMatchObject({ owner: { email: 'acme@herokumanager.com' }, team: { name: 'acme' }, locked: false, joined: true });
    await askAs('bob')(404, null, 'POST', '/teams/apps', { name: 'x-crewed', team: 'acme' });
  });

  it.each(['member', 'viewer', 'collaborator', 'admin'] as const)('has apps for a %s, open and locked', async (role) => {
    const lead = askAs('lead');
    await lead(200, 'team-member', 'PUT', '/teams/acme/members', { email: at('bob'), role });
    for (const locked of [true, false]) {
      await lead(200, 'team-app', 'PATCH', '/teams/apps/crewed', { locked });
      const held = { permissions: null, teamRole: role };
      await expectDoors('crewed', held, locked);
      const seen = expected('view', held, locked) === 'in' ? ['crewed'] : [];
      expect(await names(as('bob'), '/teams/acme/apps'), `${role} ${locked}`).toEqual(seen);
      expect((await names(as('bob'), '/apps')).filter((name) => name === 'crewed')).toEqual(seen);
    }
    await lead(200, 'team-member', 'DELETE', `/teams/acme/members/${at('bob')}`);
    await askAs('bob')(404, null, 'GET', '/apps/crewed');
  });

  it('lets a member join and leave an app that is open, and who is let in see one that is locked', async () => {
    const [lead, bob] = [askAs('lead'), askAs('bob')];
    await lead(200, null, 'PUT', '/teams/acme/members', { email: at('bob'), role: 'member' });
    await bob(201, 'team-app-collaborator', 'POST', '/teams/apps/crewed/collaborators', { user: at('bob') });
    await expectDoors('crewed', { permissions: ['deploy', 'operate', 'view'], teamRole: 'member' });
    await lead(200, null, 'PATCH', '/teams/apps/crewed', { locked: true });
    expect(await names(as('bob'), '/apps')).toContain('crewed');
    await bob(200, null, 'DELETE', `/apps/crewed/collaborators/${at('bob')}`);
    await bob(404, null, 'POST', '/teams/apps/crewed/collaborators', { user: at('bob') });
    await lead(201, null, 'POST', '/teams/apps/crewed/collaborators', { user: at('eve'), permissions: ['view'] });
    expect(await names(as('eve'), '/apps')).toEqual(['crewed']);
    expect(await askAs('eve')(200, null, 'GET', '/apps/crewed')).toMatchObject({ locked: true });
    await askAs('eve')(404, null, 'GET', '/teams/acme');
    await lead(200, null, 'PATCH', '/teams/apps/crewed', { locked: false });
    await lead(200, null, 'DELETE', `/teams/acme/members/${at('bob')}`);
  });

  it('has an admin, and goes when it owns nothing', async () => {
    const lead = askAs('lead');
    await lead(422, null, 'PATCH', '/teams/acme/members', { email: at('lead'), role: 'member' });
    await lead(422, null, 'DELETE', `/teams/acme/members/${at('lead')}`);
    await lead(404, null, 'PATCH', '/teams/acme/members', { email: at('owner'), role: 'member' });
    const refused = await admin('DELETE', `/users/${at('lead')}`);
    expect(refused).toMatchObject({ status: 422, body: { message: expect.stringContaining('the only admin of the team acme') as string } });
    expect(await lead(200, 'team-invitation', 'PUT', '/teams/acme/invitations', { email: at('bob'), role: 'viewer' })).toMatchObject({
      role: 'viewer',
    });
    expect(await lead(200, '[team-invitation]', 'GET', '/teams/acme/invitations')).toEqual([]);
    await askAs('bob')(403, null, 'DELETE', `/teams/acme/members/${at('lead')}`);
    await askAs('bob')(200, null, 'DELETE', `/teams/acme/members/${at('bob')}`);
    await lead(422, null, 'DELETE', '/teams/acme');
    expect(await lead(200, 'team', 'PATCH', '/teams/acme', { name: 'acme-2' })).toMatchObject({ name: 'acme-2' });
    expect(await lead(200, null, 'GET', '/apps/crewed')).toMatchObject({ owner: { email: 'acme-2@herokumanager.com' } });
    await lead(200, null, 'PATCH', '/teams/acme-2', { name: 'acme' });
  });

  it('keeps an admin, though all of them are removed at once', async () => {
    const pair = ['first', 'second'].map(at);
    for (const email of pair) await admin('POST', '/users', { email });
    expect((await admin('POST', '/teams', { name: 'pair' })).status).toBe(201);
    for (const email of pair) expect((await admin('PUT', '/teams/pair/members', { email, role: 'admin' })).status).toBe(200);
    const { email: own } = (await admin('GET', '/account')).body as { email: string };
    expect((await admin('DELETE', `/teams/pair/members/${own}`)).status).toBe(200);
    const removed = await Promise.all(pair.map((email) => admin('DELETE', `/users/${email}`)));
    expect(removed.map(({ status }) => status).toSorted()).toEqual([200, 422]);
  });

  it('is no user: nobody finds, lists, or signs in as it', async () => {
    const users = (await admin('GET', '/users')).body as { email: string }[];
    expect(users.map(({ email }) => email)).not.toContain('acme@herokumanager.com');
    expect((await admin('PATCH', '/users/acme@herokumanager.com', { role: 'admin' })).status).toBe(404);
    expect((await admin('POST', '/users', { email: 'other@herokumanager.com' })).status).toBe(422);
    expect((await as('lead')('POST', '/apps/crewed/collaborators', { user: 'acme@herokumanager.com' })).status).toBe(404);
  });
});

describe('an app', () => {
  const pathOf = (id: string) => `/account/app-transfers/${id}`;

  it('is offered to another user, who accepts or declines', async () => {
    const [owner, eve] = [askAs('owner'), askAs('eve')];
    const offer = () =>
      owner<{ id: string; state: string }>(201, 'app-transfer', 'POST', '/account/app-transfers', { app: 'shop', recipient: at('eve') });
    const first = await offer();
    expect(first.state).toBe('pending');
    await askAs('bob')(404, null, 'GET', pathOf(first.id));
    await askAs('bob')(404, null, 'PATCH', pathOf(first.id), { state: 'accepted' });
    await owner(403, null, 'PATCH', pathOf(first.id), { state: 'accepted' });
    expect(await eve(200, 'app-transfer', 'PATCH', pathOf(first.id), { state: 'declined' })).toMatchObject({ state: 'declined' });
    await eve(409, null, 'PATCH', pathOf(first.id), { state: 'accepted' });
    const second = await offer();
    await owner(200, 'app-transfer', 'DELETE', pathOf(second.id));
    await eve(409, null, 'PATCH', pathOf(second.id), { state: 'accepted' });
    const third = await offer();
    expect((await eve<object[]>(200, '[app-transfer]', 'GET', '/account/app-transfers')).length).toBe(3);
    expect(await eve(200, 'app-transfer', 'PATCH', pathOf(third.id), { state: 'accepted' })).toMatchObject({ state: 'accepted' });
    expect(await eve(200, null, 'GET', '/apps/shop')).toMatchObject({ owner: { email: at('eve') } });
    await owner(404, null, 'GET', '/apps/shop');
    await eve(404, null, 'POST', '/account/app-transfers', { app: 'shop', recipient: 'nobody@example.com' });
    expect(await admin('POST', '/account/app-transfers', { app: 'shop', recipient: at('owner') })).toMatchObject({
      body: { state: 'accepted' },
    });
    await owner(200, null, 'GET', '/apps/shop');
  });

  it('is given to a team one makes apps in, and to a member of the team that it leaves', async () => {
    const [owner, lead] = [askAs('owner'), askAs('lead')];
    await owner(404, null, 'PATCH', '/teams/apps/shop', { owner: 'acme' });
    await lead(200, null, 'PUT', '/teams/acme/members', { email: at('owner'), role: 'member' });
    expect(await owner(200, 'team-app', 'PATCH', '/teams/apps/shop', { owner: 'acme' })).toMatchObject({
      team: { name: 'acme' },
      joined: true,
    });
    await owner(201, null, 'POST', '/apps/shop/collaborators', { user: at('bob') });
    await owner(422, null, 'PATCH', '/teams/apps/shop', { owner: at('eve') });
    expect(await owner(200, 'team-app', 'PATCH', '/teams/apps/shop', { owner: at('owner') })).toMatchObject({ team: null });
    await askAs('bob')(404, null, 'GET', '/apps/shop');
    await owner(422, null, 'PATCH', '/teams/apps/shop', { locked: true });
  });
});
