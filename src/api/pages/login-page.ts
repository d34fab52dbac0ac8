// Logging a terminal in through a browser, as Heroku's client asks for it: it gets the URL of a page, and waits for what is answered
// there. The page keeps no session and sets no cookie: whoever allows it signs in for that alone, so there is none to ride on or to fix.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { countAttempt } from '../../bus/attempts.js';
import { answerLogin, findLoginRequest, saveLoginRequest, takeAnswer, type LoginRequest } from '../../bus/login-requests.js';
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import { networkOf } from '../../model/people/network-of.js';
import { findUser } from '../../store/people/users.js';
import { readWish } from '../body.js';
import type { ApiDeps } from '../deps.js';
import { reply } from '../http.js';
import { issueToken } from '../issue-token.js';
import { auditedPage } from '../middleware/audit.js';
import type { OpenContext, OpenRouter } from '../open-router.js';
import { readForm } from '../read-form.js';
import { noun, resource } from '../schema/resource.js';
import { escapeHtml } from './escape-html.js';
import { showPage, wrong } from './page.js';
import { checkRedis, signInByForm, signInFields, type Refusal } from './sign-in-form.js';

const PAGE_PATH = '/auth/browser';
const TOKEN_FOR_S = 30 * 86_400;
const REQUESTS = { most: 60, withinS: 15 * 60 };
/** Heroku's client gives a login up after a minute without a byte. */
const TRICKLE_MS = 10_000;
const LOOK_MS = 500;
const WAIT_MS = 570_000;

const Wish = z.object({ description: z.string('must be a text').max(200).default('A terminal').describe('what asks, in its own words') });
const about = { name: 'login', about: 'A login is asked for by a terminal, and allowed in a browser.', identity: [] };
const Login = resource(about, {
  browser_url: z.string().describe('path of the page where a person allows it, within ten minutes'),
  cli_url: z.string().describe('path where the terminal waits for the answer'),
  token: z.string().describe('what it shows there, as Bearer'),
});
const Page = noun(
  { name: 'login-page', about: 'The login page allows a login. Its URL is given to whoever asked.', identity: [] },
  z.string(),
);

export function mountLoginPage(router: OpenRouter, deps: ApiDeps): void {
  const { bus } = deps;
  router.post('/auth', { of: Login, title: 'Create', about: 'Asks for a login through a browser.', gives: Login }, async (http) => {
    checkRedis(deps);
    const from = networkOf(http.req.socket.remoteAddress);
    const waitS = await countAttempt(bus, [{ of: `logins ${from}`, ...REQUESTS }]);
    if (waitS > 0) {
      http.set('Retry-After', String(waitS));
      throw new PlatformError('rate_limit', `Too many logins were asked for. Try again in ${Math.ceil(waitS / 60)} min.`);
    }
    const { description } = await readWish(http, Wish);
    const [secret, token] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
    const id = hashToken(secret);
    await saveLoginRequest(bus, id, { description, from, waiterHash: hashToken(token) });
    reply(http, 200, { browser_url: `${PAGE_PATH}?request=${secret}`, cli_url: `/auth/cli?request=${id}`, token });
  });

  const waiting = {
    of: Login,
    title: 'Wait',
    about: 'Waits for the answer: { access_token } or { error }.',
    bytes: { gives: 'application/json' },
  };
  router.get('/auth/cli', waiting, async (http) => {
    checkRedis(deps);
    const id = String(http.query['request'] ?? '');
    const token = /^Bearer (\S+)$/i.exec(http.get('authorization'))?.[1] ?? '';
    const request = await findLoginRequest(bus, id);
    if (request?.waiterHash !== hashToken(token)) throw new PlatformError('not_found', "Couldn't find that login. Log in again.");
    const gone = new AbortController();
    http.res.once('close', () => gone.abort());
    http.status = 200;
    http.type = 'application/json';
    http.set('Cache-Control', 'no-store');
    http.body = Readable.from(answers(deps, http, { id, request, signal: gone.signal }), { objectMode: false });
    http.flushHeaders();
  });

  const bytes = { gives: 'text/html' };
  router.get(PAGE_PATH, { of: Page, title: 'Show', about: 'Shows what asks, and the form.', bytes }, async (http) => {
    checkRedis(deps);
    const secret = String(http.query['request'] ?? '');
    const request = await findLoginRequest(bus, hashToken(secret));
    if (request && !request.isAnswered) showForm(http, { secret, request });
    else showGone(http);
  });

  const form = { ...bytes, takes: 'application/x-www-form-urlencoded' };
  router.post(PAGE_PATH, { of: Page, title: 'Send', about: 'Allows the login, or refuses it.', bytes: form }, async (http) => {
    checkRedis(deps);
    const given = await readForm(http.req);
    const secret = String(given['request'] ?? '');
    const id = hashToken(secret);
    const request = await findLoginRequest(bus, id);
    if (!request || request.isAnswered) return showGone(http);
    if (given['refuse'] !== undefined) {
      await answerLogin(bus, id, null);
      return showPage(http, { title: 'Refused', body: '<p>Nobody was logged in. You can close this page.</p>' });
    }
    const found = await signInByForm(deps, http, given);
    if ('text' in found) return showForm(http, { secret, request, email: String(given['email'] ?? ''), message: found });
    if (!(await answerLogin(bus, id, found.id))) return showGone(http);
    return showPage(http, { title: 'Logged in', body: '<p>Your terminal is logged in. You can close this page.</p>' });
  });
}

interface Waiting {
  id: string;
  request: LoginRequest;
  /** Whether whoever waited has gone. */
  signal: AbortSignal;
}

/** Spaces while nobody has answered, then the answer. */
async function* answers(deps: ApiDeps, http: OpenContext, { id, request, signal }: Waiting): AsyncGenerator<string> {
  const until = Date.now() + WAIT_MS;
  let saidAt = 0;
  while (Date.now() < until && !signal.aborted) {
    const answer = await takeAnswer(deps.bus, id);
    if (answer !== null) return yield JSON.stringify(await outcome(deps, http, answer, request));
    if (Date.now() - saidAt >= TRICKLE_MS) {
      saidAt = Date.now();
      yield ' ';
    }
    await sleep(LOOK_MS);
  }
  return yield JSON.stringify({ error: 'Nobody allowed it in time. Log in again.' });
}

type Outcome = { access_token: string } | { error: string };

async function outcome({ store }: ApiDeps, http: OpenContext, userId: string, { description }: LoginRequest): Promise<Outcome> {
  const user = userId === '' ? undefined : await findUser(store, userId);
  if (!user || user.suspendedAt) return { error: 'The login was refused in the browser.' };
  const issue = () => issueToken(store, { user, description, expiresInS: TOKEN_FOR_S, isLogin: true });
  const { token } = await auditedPage(http, user, issue);
  return { access_token: token };
}

interface Form {
  secret: string;
  request: LoginRequest;
  email?: string;
  message?: Refusal | null;
}

function showForm(http: OpenContext, { secret, request, email = '', message = null }: Form): void {
  const { description, from } = request;
  const body = `${wrong(message?.text ?? null)}
<p><b dir="auto">${escapeHtml(description)}</b>, from ${escapeHtml(from)}, asks to act as you.
Go on only if you have just asked for that yourself.</p>
<form method="post" action="${PAGE_PATH}"><input type="hidden" name="request" value="${escapeHtml(secret)}">
${signInFields(email)}
<button>Log in</button> <button name="refuse" value="yes" formnovalidate>Refuse</button></form>`;
  showPage(http, { status: message?.status ?? 200, title: 'Log in', body });
}

function showGone(http: OpenContext): void {
  showPage(http, {
    status: 404,
    title: 'Log in',
    body: wrong('This login was answered, or is too old. Ask for another: paas login --browser'),
  });
}
