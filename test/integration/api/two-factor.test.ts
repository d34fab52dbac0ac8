// The second factor: a phone's codes and recovery codes, each good once.
import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stepOf } from '../../../src/actions/people/one-time-code.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Answer, type Call } from './client.js';

const EMAIL = 'jane@example.com';
const PASSWORD = 'horse battery';

let web: OpenWeb;
let admin: Call;
let jane: Call;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  const made = (await admin('POST', '/users', { email: EMAIL })).body as { access_token: { token: string } };
  jane = callAs(() => web.url, made.access_token.token);
});
afterAll(() => web.stop());
beforeEach(async () => {
  await forgetAttempts();
  await admin('DELETE', `/users/${EMAIL}/two-factor`);
});

async function forgetAttempts(): Promise<void> {
  const keys = await web.ctx.bus.redis.keys('attempts:*');
  if (keys.length > 0) await web.ctx.bus.redis.del(...keys);
}

function signIn(code?: string, password = PASSWORD): Promise<Answer> {
  const pair = Buffer.from(`${EMAIL}:${password}`).toString('base64');
  const headers = { authorization: `Basic ${pair}`, ...(code !== undefined && { 'heroku-two-factor-code': code }) };
  return callAs(() => web.url, null)('POST', '/oauth/authorizations', {}, headers);
}

/** Turns it on; the phone at that time, and the recovery codes. Codes of that step and those before are used up. */
async function enable(): Promise<{ codeAt: (offMs: number) => string; phone: TOTP; recovery: string[] }> {
  const { codeAt, phone, confirmed } = await begun();
  expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(200);
  return { codeAt, phone, recovery: (confirmed.body as { recovery_codes: string[] }).recovery_codes };
}

async function begun(): Promise<{ codeAt: (offMs: number) => string; phone: TOTP; confirmed: Answer }> {
  await jane('PUT', '/account/password', { password: PASSWORD, new_password: PASSWORD });
  const made = await jane('POST', '/account/two-factor', { password: PASSWORD });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const phone = URI.parse((made.body as { url: string }).url) as TOTP;
  const then = Date.now();
  const codeAt = (offMs: number) => phone.generate({ timestamp: then + offMs });
  return { codeAt, phone, confirmed: await jane('PUT', '/account/two-factor', { code: codeAt(0) }) };
}

/** The one after that which was used: taken for a minute at least. */
const NEXT = 30_000;

it('needs a password, and who knows it', async () => {
  expect((await admin('POST', '/account/two-factor', { password: 'x' })).body).toMatchObject({
    message: expect.stringContaining('set one first') as string,
  });
  await jane('PUT', '/account/password', { new_password: PASSWORD });
  expect((await jane('POST', '/account/two-factor', { password: 'not the password' })).status).toBe(403);
  expect((await jane('PUT', '/account/two-factor', { code: '123456' })).status).toBe(422);
});

it('is asked for only once a code has confirmed it', async () => {
  await jane('PUT', '/account/password', { password: PASSWORD, new_password: PASSWORD });
  await jane('POST', '/account/two-factor', { password: PASSWORD });
  expect((await jane('PUT', '/account/two-factor', { code: '12345' })).status).toBe(422);
  expect((await signIn()).status).toBe(201);
  await enable();
  expect((await jane('GET', '/account')).body).toMatchObject({ two_factor_authentication: true });
  expect(await signIn()).toMatchObject({ status: 403, body: { id: 'two_factor' } });
  expect((await jane('POST', '/account/two-factor', { password: PASSWORD })).status).toBe(422);
});

it('takes each code once, of however many at once, and none before the last', async () => {
  const { codeAt } = await enable();
  expect(await signIn(codeAt(0))).toMatchObject({ status: 403, body: { id: 'two_factor' } });
  const code = codeAt(NEXT);
  const at = await Promise.all([signIn(code), signIn(code), signIn(code)]);
  expect(at.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
  expect((await signIn(codeAt(-NEXT))).status).toBe(403);
});

it('takes recovery codes, once each, however they are typed', async () => {
  const { recovery } = await enable();
  expect(recovery).toHaveLength(10);
  expect((await signIn(recovery[0]!.toUpperCase().replaceAll('-', ' '))).status).toBe(201);
  expect((await signIn(recovery[0])).status).toBe(403);
  expect((await signIn(recovery[1])).status).toBe(201);
  const kept = JSON.stringify(await web.ctx.store.db.selectFrom('recoveryCodes').selectAll().execute());
  expect(kept).not.toContain(recovery[2]!);
});

it('says nothing of codes to who has not the password, and bounds tries to those who have', async () => {
  const { codeAt } = await enable();
  expect(await signIn(codeAt(NEXT), 'not the password')).toMatchObject({ status: 401, body: { id: 'unauthorized' } });
  const tries = await Promise.all(Array.from({ length: 12 }, (_, at) => signIn(String(at).padStart(6, '0'))));
  expect(tries.filter(({ status }) => status === 403)).toHaveLength(9);
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(3);
  expect((await signIn(codeAt(NEXT))).status).toBe(429);
});

it('is turned off by a code, not by the token alone; by an admin for who has lost all', async () => {
  const { recovery } = await enable();
  expect((await jane('DELETE', '/account/two-factor', { code: 'aaaa-aaaa-aaaa-aaaa' })).status).toBe(422);
  expect((await jane('DELETE', '/account/two-factor', { code: recovery[0] })).body).toMatchObject({ two_factor_authentication: false });
  expect((await signIn()).status).toBe(201);
  await enable();
  expect((await jane('DELETE', `/users/${EMAIL}/two-factor`)).status).toBe(403);
  await admin('DELETE', `/users/${EMAIL}/two-factor`);
  expect((await signIn()).status).toBe(201);
});

it('keeps its secret sealed', async () => {
  const { phone } = await enable();
  const [row] = await web.ctx.store.db.selectFrom('twoFactors').selectAll().execute();
  expect(row!.secretSealed.toString('latin1')).not.toContain(phone.secret.base32);
  expect(row!.secretSealed.includes(Buffer.from(phone.secret.bytes))).toBe(false);
});

it.each([
  [0, 0],
  [-30_000, -1],
  [30_000, 1],
  [-60_000, null],
  [60_000, null],
])('a code of %i ms from now is of step %s', async (offMs, step) => {
  // From the middle of a step, by the secret of RFC 6238's own vectors.
  const now = 1_111_111_105_000;
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const code = (URI.parse(`otpauth://totp/x?secret=${secret}`) as TOTP).generate({ timestamp: now + offMs });
  expect(await stepOf(secret, code, now)).toBe(step === null ? null : Math.floor(now / 30_000) + step);
});
