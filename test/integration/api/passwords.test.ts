// Signing in with a password, and what guessers meet.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signIn as tryToSignIn } from '../../../src/actions/people/sign-in.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Answer, type Call } from './client.js';

const EMAIL = 'jane@example.com';
const PASSWORD = 'horse battery';

let web: OpenWeb;
let admin: Call;
let jane: Call;
const nobody: Call = (...call) => callAs(() => web.url, null)(...call);

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  const made = (await admin('POST', '/users', { email: EMAIL })).body as { access_token: { token: string } };
  jane = callAs(() => web.url, made.access_token.token);
  expect((await jane('PUT', '/account/password', { new_password: PASSWORD })).status).toBe(200);
});
afterAll(() => web.stop());
beforeEach(async () => {
  const keys = await web.ctx.bus.redis.keys('attempts:*');
  if (keys.length > 0) await web.ctx.bus.redis.del(...keys);
});

const basic = (email: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`,
});

function signIn(email: string, password: string, body: object = {}): Promise<Answer> {
  return nobody('POST', '/oauth/authorizations', body, basic(email, password));
}

describe('signing in', () => {
  it("makes a token, as Heroku's client asks for one", async () => {
    const wish = { description: 'Heroku CLI login from here', expires_in: 2_592_000, scope: ['global'] };
    for (const email of [EMAIL, 'Jane@Example.com']) {
      const made = await signIn(email, PASSWORD, wish);
      expect(made).toMatchObject({ status: 201, body: { access_token: { expires_in: 2_592_000 }, user: { email: EMAIL } } });
      const { access_token: given } = made.body as { access_token: { token: string } };
      expect((await callAs(() => web.url, given.token)('GET', '/account')).status).toBe(200);
    }
  });

  it('is good for that only', async () => {
    for (const [method, path] of [
      ['GET', '/account'],
      ['GET', '/oauth/authorizations'],
      ['PUT', '/account/password'],
    ] as const)
      expect((await nobody(method, path, undefined, basic(EMAIL, PASSWORD))).status).toBe(401);
    const git = await fetch(`${web.url}/x.git/info/refs?service=git-upload-pack`, { headers: basic(EMAIL, PASSWORD) });
    await git.arrayBuffer();
    expect(git.status).toBe(401);
  });

  it('tells a wrong password, an unknown address and one without a password alike, after as long', async () => {
    await admin('POST', '/users', { email: 'none@example.com' });
    const tell = async (email: string) => {
      const began = performance.now();
      const { status, body } = await signIn(email, 'not the password');
      return { ms: performance.now() - began, status, body };
    };
    await tell('warm@example.com');
    const [known, unknown, without] = [await tell(EMAIL), await tell('nobody@example.com'), await tell('none@example.com')];
    for (const each of [known, unknown, without]) {
      expect(each).toMatchObject({ status: 401, body: { id: 'unauthorized', message: 'There was a problem with your login.' } });
      // A hash takes some 30 ms, a look-up one: whoever is unknown is hashed for, too.
      expect(each.ms).toBeGreaterThan(known.ms / 10);
    }
  });

  it('is closed to who is disabled, which only they are told', async () => {
    await admin('PATCH', `/users/${EMAIL}`, { suspended: true });
    expect((await signIn(EMAIL, PASSWORD)).body).toMatchObject({ message: expect.stringContaining('disabled') as string });
    expect((await signIn(EMAIL, 'not the password')).body).toMatchObject({ message: 'There was a problem with your login.' });
    await admin('PATCH', `/users/${EMAIL}`, { suspended: false });
  });
});

describe('guessers', () => {
  it.each([[EMAIL], ['nobody@example.com']])('of the password of %s may try ten times, however many at once', async (email) => {
    const answers = await Promise.all(Array.from({ length: 14 }, (_, at) => signIn(email, `guess number ${at}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(refused[0]!.body).toEqual({ id: 'rate_limit', message: 'Too many attempts to log in. Try again in 15 min.' });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(800);
    // The right one is no way round it; a token is good all the while.
    expect((await signIn(email, PASSWORD)).status).toBe(429);
    expect((await jane('GET', '/account')).status).toBe(200);
  });

  it('from one network may try fifty times, whatever addresses they name', async () => {
    const answers = await Promise.all(Array.from({ length: 55 }, (_, at) => signIn(`a${at}@example.com`, 'one and the same')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('from elsewhere, however many, close nothing to who has signed in before', async () => {
    const from = (network: string, password = 'a wrong guess') => tryToSignIn(web.ctx, { email: EMAIL, password, code: '', from: network });
    const home = '203.0.113.7';
    expect(await from(home, PASSWORD)).toMatchObject({ user: { email: EMAIL } });
    // One network spends its own ten tries, and nobody else's.
    for (let at = 0; at < 10; at += 1) expect(await from('192.0.2.1')).toEqual({ is: 'wrong' });
    expect(await from('192.0.2.1', PASSWORD)).toMatchObject({ waitS: expect.any(Number) as number });
    expect(await from('192.0.2.2', PASSWORD)).toMatchObject({ user: {} });
    // Many together spend what strangers have.
    for (let at = 0; at < 50; at += 1) await from(`198.51.100.${at}`);
    expect(await from('198.51.100.99', PASSWORD)).toMatchObject({ waitS: expect.any(Number) as number });
    for (const known of [home, '192.0.2.2']) expect(await from(known, PASSWORD)).toMatchObject({ user: { email: EMAIL } });
    for (let at = 0; at < 10; at += 1) expect(await from(home)).toEqual({ is: 'wrong' });
    expect(await from(home)).toMatchObject({ waitS: expect.any(Number) as number });
  });

  it('begin anew once it was right, though not their network', async () => {
    for (let at = 0; at < 9; at += 1) await signIn(EMAIL, `guess number ${at}`);
    expect((await signIn(EMAIL, PASSWORD)).status).toBe(201);
    expect((await signIn(EMAIL, 'guess number 10')).status).toBe(401);
  });

  it('with a stolen token may try the present password ten times', async () => {
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, at) => jane('PUT', '/account/password', { password: `guess ${at}`, new_password: 'battery staple' })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    expect((await signIn(EMAIL, PASSWORD)).status).toBe(201);
  });
});

describe('a password', () => {
  it('is changed by who knows the present one', async () => {
    expect((await jane('PUT', '/account/password', { password: PASSWORD, new_password: 'short' })).status).toBe(422);
    expect((await jane('PUT', '/account/password', { password: PASSWORD, new_password: 'battery staple' })).status).toBe(200);
    expect((await signIn(EMAIL, PASSWORD)).status).toBe(401);
    expect((await signIn(EMAIL, 'battery staple')).status).toBe(201);
    await jane('PUT', '/account/password', { password: 'battery staple', new_password: PASSWORD });
  });

  it('ends what was logged in with the one before, but for the token that changes it; other tokens go on', async () => {
    const login = async (password: string) => {
      const { access_token: given } = (await signIn(EMAIL, password)).body as { access_token: { token: string } };
      return callAs(() => web.url, given.token);
    };
    const status = async (call: Call) => (await call('GET', '/account')).status;
    const [own, other] = [await login(PASSWORD), await login(PASSWORD)];
    await own('PUT', '/account/password', { password: PASSWORD, new_password: 'battery staple' });
    expect([await status(own), await status(other), await status(jane)]).toEqual([200, 401, 200]);
    const { url } = (await admin('POST', `/users/${EMAIL}/actions/reset-password`)).body as { url: string };
    const secret = new URL(url).searchParams.get('secret')!;
    const set = await fetch(url.split('?')[0]!, { method: 'POST', body: new URLSearchParams({ secret, password: PASSWORD }) });
    expect(await set.text()).toContain('Logins with the password before have ended.');
    expect([await status(own), await status(jane)]).toEqual([401, 200]);
  });

  it('is kept as an Argon2id hash', async () => {
    const rows = await web.ctx.store.db.selectFrom('passwords').selectAll().execute();
    expect(rows[0]!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("an admin's link", () => {
  const link = async () => ((await admin('POST', `/users/${EMAIL}/actions/reset-password`)).body as { url: string }).url;
  const send = (url: string, password: string) =>
    fetch(url.split('?')[0]!, {
      method: 'POST',
      body: new URLSearchParams({ secret: new URL(url).searchParams.get('secret')!, password }),
    });

  const events = async () => {
    const { body } = await admin('GET', '/events', undefined, { range: 'created_at ..; max=1000' });
    return (body as { action: string }[]).filter(({ action }) => action === 'POST /account/password-reset');
  };

  it('sets a password once, through a page without script that nobody can frame', async () => {
    const url = await link();
    const count = (await events()).length;
    const shown = await fetch(url);
    expect(shown.status).toBe(200);
    const page = await shown.text();
    expect(page).toContain(EMAIL);
    expect(page).not.toContain('<script');
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*form-action 'self'; frame-ancestors 'none'/);
    expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    const short = await send(url, 'short');
    expect([short.status, await short.text()]).toEqual([422, expect.stringContaining('at least 10 characters')]);
    const [first, second] = await Promise.all([send(url, 'battery staple'), send(url, 'battery stable')]);
    expect([first.status, second.status].sort()).toEqual([200, 404]);
    expect((await fetch(url)).status).toBe(404);
    await Promise.all([first.text(), second.text()]);
    expect((await signIn(EMAIL, first.status === 200 ? 'battery staple' : 'battery stable')).status).toBe(201);
    expect((await events()).slice(count)).toMatchObject([
      { actor: { email: EMAIL }, address: '127.0.0.1', authorization: null, via: 'page' },
    ]);
  });

  it('is still good when the database fails as it is used', async () => {
    const url = await link();
    const { db } = web.ctx.store;
    await sql`alter table passwords add constraint none check (false) not valid`.execute(db);
    expect((await send(url, 'battery staple')).status).toBe(500);
    await sql`alter table passwords drop constraint none`.execute(db);
    expect((await send(url, 'battery staple')).status).toBe(200);
  });

  it('ends with the next one, with a change of the password, and after a day', async () => {
    const [old, next] = [await link(), await link()];
    expect([(await fetch(old)).status, (await fetch(next)).status]).toEqual([404, 200]);
    await web.ctx.store.db
      .updateTable('passwordResets')
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .execute();
    expect([(await fetch(next)).status, (await send(next, 'battery staple')).status]).toEqual([404, 404]);
  });

  it("isn't for members to make, nor to guess", async () => {
    expect((await jane('POST', `/users/${EMAIL}/actions/reset-password`)).status).toBe(403);
    expect((await fetch(`${web.url}/account/password-reset`)).status).toBe(404);
    const hostile = await fetch(`${web.url}/account/password-reset?secret=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(await hostile.text()).not.toContain('<script');
  });
});
