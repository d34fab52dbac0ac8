// What someone with a socket to the API port, or a member with a token, may try: each step, and what it got.
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/actions/app/create-app.js';
import { startBuild } from '../../src/actions/build/start-build.js';
import { appendOutput } from '../../src/bus/output.js';
import { startPulse } from '../../src/bus/pulse.js';
import { serveLogplex, type Logplex } from '../../src/logplex/serve.js';
import { claimBuild } from '../../src/store/build/builds.js';
import { findUser } from '../../src/store/people/users.js';
import { callAs, type Call } from '../integration/api/client.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../integration/web/open-web.js';

let web: OpenWeb;
let admin: Call;
/** Something only the host may reach. */
let internal: Server;
let logplex: Logplex;
let stopPulse: () => Promise<void>;
const reached: string[] = [];

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  internal = createServer((req, res) => {
    reached.push(req.url ?? '');
    res.end('the host’s secret');
  });
  await new Promise<void>((resolve) => internal.listen(0, '127.0.0.1', resolve));
  logplex = await serveLogplex({ bus: web.ctx.bus, key: web.ctx.store.key, bind: '127.0.0.1', node: 'test', now: Date.now });
  stopPulse = await startPulse(web.ctx.bus, { process: 'logplex', node: 'test' }, () => ({ url: logplex.url }));
});
afterAll(async () => {
  await stopPulse();
  await logplex.stop();
  internal.close();
  await web.stop();
});

async function newcomer(email: string): Promise<{ call: Call; token: string }> {
  const made = (await admin('POST', '/users', { email })).body as { access_token: { token: string } };
  return { call: callAs(() => web.url, made.access_token.token), token: made.access_token.token };
}

/** Sends a request as it is written, and gives all that comes back. */
function sendRaw(target: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(web.web.port, '127.0.0.1');
    let answer = '';
    socket
      .on('data', (chunk) => (answer += String(chunk)))
      .on('end', () => resolve(answer))
      .on('error', reject);
    const more = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: paas.example.com\r\nConnection: close\r\n${more}\r\n`);
  });
}

const statusOf = (answer: string) => Number(answer.split(' ')[1]);

describe('a request for what only the host can reach', () => {
  const address = () => `127.0.0.1:${(internal.address() as AddressInfo).port}`;
  it.each([
    ['in absolute form', () => `http://${address()}/streams/logs/secret`],
    ['in absolute form, with dots', () => `http://${address()}/streams/logs/../../latest/meta-data`],
    ['with dots', () => '/streams/logs/../../healthz'],
    ['with encoded dots', () => '/streams/logs/%2e%2e/%2e%2e/latest'],
    ['with two slashes', () => `//${address()}/streams/logs/x`],
    ['behind a user name', () => `http://paas.example.com@${address()}/streams/logs/x`],
    ['with backslashes', () => `/streams/logs/\\\\${address()}\\x`],
    ['with a token like ours', () => `http://${address()}/streams/logs/e30.AAAA`],
  ])('%s is answered by the port itself', async (_how, target) => {
    const answer = await sendRaw(target());
    expect([400, 401, 404]).toContain(statusOf(answer));
    expect(answer).not.toContain('secret');
    expect(reached).toEqual([]);
  });

  it('in absolute form is read as its path', async () => {
    expect(await sendRaw(`http://${address()}/account`, { Authorization: `Bearer ${web.adminToken}` })).toContain(ADMIN_EMAIL);
    expect(statusOf(await sendRaw(`http://${address()}`))).not.toBe(200);
    expect(reached).toEqual([]);
  });

  it.each(['*', 'paas.example.com:443', 'ftp://x/streams/logs/x'])('named %s is refused', async (target) => {
    expect(statusOf(await sendRaw(target))).toBe(400);
  });
});

describe("the URL of another's upload", () => {
  it('posted as a source of one’s own is refused, not signed anew', async () => {
    const [owner, thief] = [await newcomer('owner@example.com'), await newcomer('thief@example.com')];
    await thief.call('POST', '/apps', { name: 'thiefs' });
    await owner.call('POST', '/apps', { name: 'owners' });
    const source = ((await owner.call('POST', '/sources')).body as { source_blob: { get_url: string; put_url: string } }).source_blob;
    await fetch(source.put_url, { method: 'PUT', body: 'the owner’s code' });
    const stolen = await thief.call('POST', '/apps/thiefs/builds', { source_blob: { url: source.get_url } });
    expect(stolen).toMatchObject({
      status: 422,
      body: { message: 'source_blob.url: is not an upload of yours; POST /sources gives a URL to upload to.' },
    });

    // A path that looks like ours, on any host and without a signature that we made, is what it is.
    const guess = `http://evil.example.com${new URL(source.get_url).pathname}?expires=9999999999&signature=AAAA`;
    const build = (await thief.call('POST', '/apps/thiefs/builds', { source_blob: { url: guess } })).body as {
      source_blob: { url: string };
    };
    expect(build.source_blob.url).toBe(guess);
    expect((await owner.call('POST', '/apps/owners/builds', { source_blob: { url: source.get_url } })).status).toBe(201);
  });
});

describe('someone who has left', () => {
  /** A member with an app, whose log and build output they follow. */
  async function aFollower(name: string) {
    const { call, token } = await newcomer(`${name}@example.com`);
    const user = (await findUser(web.ctx.store, `${name}@example.com`))!;
    const app = await createApp(web.ctx, { user, name });
    const build = await startBuild(web.ctx, { app, user, origin: 'api', source: 'http://127.0.0.1:1/x', commit: null, description: null });
    await claimBuild(web.ctx.store, build.id, 'test');
    await appendOutput(web.ctx.bus, build.id, '-----> one\n');
    const output = ((await call('GET', `/apps/${name}/builds/${build.id}`)).body as { output_stream_url: string }).output_stream_url;
    const log = ((await call('POST', `/apps/${name}/log-sessions`, { tail: true })).body as { logplex_url: string }).logplex_url;
    const streams = await Promise.all([output, log].map((url) => fetch(url)));
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    return { call, token, urls: [output, log], ends: Promise.all(streams.map((stream) => stream.text())), build };
  }

  async function expectNothingLeft(left: Awaited<ReturnType<typeof aFollower>>, name: string): Promise<void> {
    await left.ends;
    for (const url of left.urls) expect((await fetch(url)).status).toBe(404);
    expect((await left.call('GET', '/account')).status).toBe(401);
    const git = await fetch(`${web.url}/${name}.git/info/refs?service=git-receive-pack`, {
      headers: { authorization: `Basic ${Buffer.from(`:${left.token}`).toString('base64')}` },
    });
    expect(git.status).toBe(401);
  }

  it('by losing all tokens can do nothing, and what was open ends', async () => {
    const left = await aFollower('tokenless');
    expect((await admin('GET', '/users/tokenless@example.com/authorizations')).body).toHaveLength(1);
    expect(await admin('DELETE', '/users/tokenless@example.com/authorizations')).toMatchObject({
      status: 200,
      body: [{ user: { email: 'tokenless@example.com' } }],
    });
    await expectNothingLeft(left, 'tokenless');
  });

  it('by being disabled can do nothing, and is told so, until they are back', async () => {
    const left = await aFollower('disabled');
    expect(await admin('PATCH', '/users/disabled@example.com', { suspended: true })).toMatchObject({
      status: 200,
      body: { suspended_at: expect.any(String) },
    });
    await expectNothingLeft(left, 'disabled');
    expect((await left.call('GET', '/account')).body).toEqual({
      id: 'unauthorized',
      message: 'Your account is disabled. Ask an admin of this platform.',
    });
    expect((await admin('GET', `/apps/disabled/builds/${left.build.id}`)).body).toMatchObject({ status: 'failed' });
    await admin('PATCH', '/users/disabled@example.com', { suspended: false });
    expect((await left.call('GET', '/account')).status).toBe(200);
  });

  it('by being removed gives their apps to whom the admin names, and to nobody unasked', async () => {
    const left = await aFollower('removed');
    expect(await admin('DELETE', '/users/removed@example.com')).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('They own removed: name who gets these apps') },
    });
    expect((await left.call('GET', '/account')).status).toBe(200);
    expect((await admin('DELETE', `/users/removed@example.com?transfer_to=${ADMIN_EMAIL}`)).status).toBe(200);
    await expectNothingLeft(left, 'removed');
    expect((await admin('GET', '/apps/removed')).body).toMatchObject({ owner: { email: ADMIN_EMAIL } });
    expect((await admin('GET', '/apps/removed/releases')).body).toHaveLength(2);
    expect((await admin('GET', '/users')).body).not.toContainEqual(expect.objectContaining({ email: 'removed@example.com' }));
  });

  it('by being demoted is no admin any more', async () => {
    const { call } = await newcomer('demoted@example.com');
    await admin('PATCH', '/users/demoted@example.com', { role: 'admin' });
    expect((await call('GET', '/users')).status).toBe(200);
    await admin('PATCH', '/users/demoted@example.com', { role: 'member' });
    expect((await call('GET', '/users')).status).toBe(403);
    for (const [method, path] of [
      ['PATCH', `/users/${ADMIN_EMAIL}`],
      ['DELETE', `/users/${ADMIN_EMAIL}`],
      ['GET', `/users/${ADMIN_EMAIL}/authorizations`],
      ['DELETE', `/users/${ADMIN_EMAIL}/authorizations`],
    ] as const) {
      expect((await call(method, path, method === 'PATCH' ? { suspended: true } : undefined)).status, `${method} ${path}`).toBe(403);
    }
  });

  it('is never the last admin', async () => {
    const refused = { status: 422, body: { message: 'The platform needs an admin: make another user one first.' } };
    expect(await admin('PATCH', `/users/${ADMIN_EMAIL}`, { suspended: true })).toMatchObject(refused);
    expect(await admin('PATCH', `/users/${ADMIN_EMAIL}`, { role: 'member' })).toMatchObject(refused);
    expect(await admin('DELETE', `/users/${ADMIN_EMAIL}?transfer_to=demoted@example.com`)).toMatchObject(refused);
  });

  it('with one token less goes on with the others', async () => {
    const { call } = await newcomer('two@example.com');
    const other = (await call('POST', '/oauth/authorizations', { description: 'ci' })).body as {
      id: string;
      access_token: { token: string };
    };
    expect((await admin('DELETE', `/oauth/authorizations/${other.id}`)).body).toMatchObject({ user: { email: 'two@example.com' } });
    expect((await callAs(() => web.url, other.access_token.token)('GET', '/account')).status).toBe(401);
    expect((await call('GET', '/account')).status).toBe(200);
  });
});

describe('names that every object of JavaScript has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const patch = (path: string, body: string) =>
    fetch(`${web.url}${path}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${web.adminToken}`,
        accept: 'application/vnd.heroku+json; version=3',
        'content-type': 'application/json',
      },
      body,
    });

  it.each(NAMES)('%s is a config var like any other', async (name) => {
    await createApp(web.ctx, {
      name: `names-${name.toLowerCase().replaceAll('_', '')}`,
      user: (await findUser(web.ctx.store, ADMIN_EMAIL))!,
    });
    const path = `/apps/names-${name.toLowerCase().replaceAll('_', '')}`;
    const answer = await patch(`${path}/config-vars`, `{"${name}": "x"}`);
    expect([answer.status, await answer.text()]).toEqual([200, `{"${name}":"x"}`]);
    expect((await patch(`${path}/config-vars`, `{"${name}": 1}`)).status).toBe(422);
    expect(await (await patch(`${path}/config-vars`, `{"${name}": null}`)).text()).toBe('{}');
    expect((await admin('PATCH', `${path}/formation/${name}`, { quantity: 1 })).status).toBe(404);
  });

  it.each(NAMES)('%s is a process type like any other', async (name) => {
    const answer = await fetch(`${web.url}/apps/names-${name.toLowerCase().replaceAll('_', '')}/slugs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${web.adminToken}`,
        accept: 'application/vnd.heroku+json; version=3',
        'content-type': 'application/json',
      },
      body: `{"process_types": {"${name}": "sleep 1"}}`,
    });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toContain(`"process_types":{"${name}":"sleep 1"}`);
  });
});
