// A terminal is logged in through a page, by the wire of Heroku's client: POST /auth, the page, the waiting GET.
import { EventEmitter, once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { openShell, type Shell } from '../../support/shell.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';

const EMAIL = 'jane@example.com';
const PASSWORD = 'horse battery';

interface Asked {
  browser_url: string;
  cli_url: string;
  token: string;
}

let web: OpenWeb;
let shell: Shell;
let admin: Call;
const nobody: Call = (...call) => callAs(() => web.url, null)(...call);

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  const made = (await admin('POST', '/users', { email: EMAIL })).body as { access_token: { token: string } };
  await callAs(() => web.url, made.access_token.token)('PUT', '/account/password', { new_password: PASSWORD });
  shell = await openShell({ PAAS_API_URL: web.url });
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});
beforeEach(async () => {
  const keys = await web.ctx.bus.redis.keys('attempts:*');
  if (keys.length > 0) await web.ctx.bus.redis.del(...keys);
});

async function begin(description = 'Heroku CLI login from here'): Promise<Asked> {
  const asked = await nobody('POST', '/auth', { description });
  expect(asked.status).toBe(200);
  return asked.body as Asked;
}

const secretOf = ({ browser_url: url }: Asked) => new URL(url, web.url).searchParams.get('request')!;

/** What a browser sends: the fields of the form. */
async function send(asked: Asked, fields: Record<string, string>): Promise<{ status: number; page: string; headers: Headers }> {
  const body = new URLSearchParams({ request: secretOf(asked), ...fields });
  const answer = await fetch(`${web.url}/auth/browser`, { method: 'POST', body, redirect: 'manual' });
  return { status: answer.status, page: await answer.text(), headers: answer.headers };
}

async function wait({ cli_url: path, token }: Asked): Promise<{ access_token?: string; error?: string }> {
  const answer = await fetch(web.url + path, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { access_token?: string; error?: string };
}

const right = { email: EMAIL, password: PASSWORD };

it('gives the waiting terminal a token, whether it waited before or not, and once', async () => {
  const early = await begin();
  const waiting = wait(early);
  expect(await send(early, right)).toMatchObject({ status: 200, page: expect.stringContaining('Your terminal is logged in') as string });
  const late = await begin('late');
  await send(late, right);
  for (const { access_token: token } of [await waiting, await wait(late)]) {
    const call = callAs(() => web.url, token!);
    expect((await call('GET', '/account')).body).toMatchObject({ email: EMAIL });
    expect((await call('GET', '/oauth/authorizations/~')).body).toMatchObject({
      description: expect.stringMatching(/late|Heroku CLI login/),
    });
  }
  const { body: events } = await admin('GET', '/events', undefined, { range: 'created_at ..; max=1000' });
  const noted = { actor: { email: EMAIL }, via: 'page', changes: [{ noun: 'authorizations', action: 'create' }] };
  expect((events as { action: string }[]).filter(({ action }) => action === 'GET /auth/cli')).toMatchObject([noted, noted]);
  const again = await fetch(web.url + late.cli_url, { headers: { authorization: `Bearer ${late.token}` } });
  await again.arrayBuffer();
  expect(again.status).toBe(404);
  expect((await send(late, right)).status).toBe(404);
});

it('shows a page that tells who asks, without script, cookie or frame', async () => {
  const asked = await begin('<script>alert(1)</script>');
  const shown = await fetch(web.url + asked.browser_url);
  const page = await shown.text();
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;</b>, from 127.0.0.1');
  expect(page).not.toContain('<script');
  expect(shown.headers.get('set-cookie')).toBeNull();
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(shown.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect([shown.headers.get('x-frame-options'), shown.headers.get('referrer-policy')]).toEqual(['DENY', 'no-referrer']);
});

it.each([
  ['another password', { email: EMAIL, password: 'not the password' }, 401, 'There was a problem with your login.'],
  ['nobody', { email: 'nobody@example.com', password: 'not the password' }, 401, 'There was a problem with your login.'],
  ['nothing', {}, 401, 'There was a problem with your login.'],
  ['somewhere to go on to', { email: EMAIL, password: 'x', return_to: 'https://evil.example.com' }, 401, 'There was a problem'],
])('%s logs nobody in, and leads nowhere', async (_what, fields, status, why) => {
  const answer = await send(await begin(), fields as Record<string, string>);
  expect(answer).toMatchObject({ status, page: expect.stringContaining(why) as string });
  expect(answer.headers.get('location')).toBeNull();
  expect(answer.page).not.toContain('evil');
  expect(answer.page).not.toContain('not the password');
});

it('is refused by a click, and told', async () => {
  const asked = await begin();
  expect((await send(asked, { refuse: 'yes' })).status).toBe(200);
  expect(await wait(asked)).toEqual({ error: 'The login was refused in the browser.' });
});

it('is waited for by who asked only: neither the page nor the id has what it takes', async () => {
  const asked = await begin();
  for (const token of ['', secretOf(asked), new URLSearchParams(asked.cli_url.split('?')[1]).get('request')!]) {
    const answer = await fetch(web.url + asked.cli_url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    expect(answer.status).toBe(404);
  }
  // What the terminal knows opens no page.
  const page = await fetch(`${web.url}/auth/browser?request=${asked.token}`);
  await page.text();
  expect(page.status).toBe(404);
  const kept = JSON.stringify(await Promise.all((await web.ctx.bus.redis.keys('login:*')).map((key) => web.ctx.bus.redis.hgetall(key))));
  for (const secret of [asked.token, secretOf(asked)]) expect(kept).not.toContain(secret);
});

it('counts tries as any login does, and how often a login is asked for', async () => {
  const asked = await begin();
  const tries = await Promise.all(Array.from({ length: 11 }, (_, at) => send(asked, { email: EMAIL, password: `guess number ${at}` })));
  const refused = tries.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(800);
  const more = await Promise.all(Array.from({ length: 60 }, () => nobody('POST', '/auth', {})));
  expect(more.filter(({ status }) => status === 429)).toHaveLength(1);
});

/** The web process as a terminal reaches it that is cut off as it begins to wait, once. */
async function openCut(): Promise<{ url: string; cut: Promise<unknown>; close(): void }> {
  const events = new EventEmitter();
  const cut = once(events, 'cut');
  let isCut = false;
  const server = createServer((req, res) => {
    const { method, headers, url = '' } = req;
    const onward = request(web.url + url, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      if (isCut || !url.startsWith('/auth/cli')) return void answer.pipe(res);
      isCut = true;
      answer.once('data', (chunk: Buffer) => res.write(chunk, () => [res, onward].forEach((each) => each.destroy())));
      answer.once('close', () => events.emit('cut')).on('error', () => undefined);
    });
    req.pipe(onward.on('error', () => undefined));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut, close: () => void server.close() };
}

it('works from paas login --browser, though the connection breaks', async () => {
  await web.ctx.bus.redis.del('none', ...(await web.ctx.bus.redis.keys('login:*')));
  const { url, cut, close } = await openCut();
  onTestFinished(close);
  const login = shell.run(`paas login ${url} --browser`);
  await cut;
  const key = async () => (await web.ctx.bus.redis.keys('login:*')).length;
  await expect.poll(key).toBe(1);
  // Its URL is known to the terminal only: answered here as the page would.
  const [id] = await web.ctx.bus.redis.keys('login:*');
  const { body } = await admin('GET', `/users/${EMAIL}`);
  await web.ctx.bus.redis.hset(id!, 'answer', (body as { id: string }).id);
  expect(await login).toMatchObject({
    code: 0,
    stdout: `Logged in as ${EMAIL}\n`,
    stderr: expect.stringContaining('/auth/browser?request=') as string,
  });
});
