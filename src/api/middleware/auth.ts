// Who asks: an API token as Bearer, or as Basic password or user name; on the private socket also a push's secret. Where tokens are
// made, an address with its password is one, too.
import type { Context, Middleware } from 'koa';
import { signIn } from '../../actions/people/sign-in.js';
import { networkOf } from '../../model/people/network-of.js';
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import type { Actor } from '../../model/user.js';
import { findToken, findUserByToken, type KnownToken } from '../../store/people/authorizations.js';
import type { Store } from '../../store/open-store.js';
import { findUser } from '../../store/people/users.js';
import type { ApiDeps, Push } from '../deps.js';
import type { ApiState } from '../http.js';

const CODE_MISSING = 'A code is needed to log in: that of your phone, or one for recovery.';
const CODE_WRONG = 'That code is wrong, or was used already: wait for the next one.';

/** Where a token is made. */
const BY_PASSWORD = ['/oauth/authorizations', '/oauth/sessions'];

type KnownUser = Actor & { authorizationId: string | null };

/** What a push may ask for, nothing else: its hook needs no more. */
const PUSH_CALLS: readonly RegExp[] = [
  /^POST (\/sources|\/apps\/[^/]+\/(builds|log-sessions))$/,
  /^GET \/apps\/[^/]+(\/(builds|releases|slugs)\/[^/]+|\/builds|\/dynos|\/formation|\/source)?$/,
  /^DELETE \/apps\/[^/]+\/builds\/[^/]+$/,
];

/** Sets the request's user. Throws `unauthorized`. */
export function authenticate(deps: ApiDeps): Middleware<ApiState> {
  return async (http, next) => {
    const push = pushOfRequest(deps, http);
    const found = push
      ? await pushingUser(deps, push.userId, http)
      : ((await tokenOfRequest(deps.store, http)) ?? (await signedIn(deps, http)));
    if (!found) throw unauthorized('Invalid credentials provided.');
    if ('hasExpired' in found && found.hasExpired) throw unauthorized('This token has expired. Log in again: paas login');
    if (found.suspendedAt) throw unauthorized('Your account is disabled. Ask an admin of this platform.');
    http.state.user = found;
    http.state.push = push ?? null;
    http.state.authorizationId = found.authorizationId;
    await next();
  };
}

/** The user whose token this request carries; null when it carries none that is known. For git, too. */
export async function userOfRequest(store: Store, http: Context): Promise<KnownToken | null> {
  const token = readToken(http.get('authorization'));
  return token === null ? null : ((await findUserByToken(store, hashToken(token))) ?? null);
}

/** The push under way whose secret this request carries. */
export function pushOfRequest(deps: ApiDeps, http: Context): Push | undefined {
  const token = readToken(http.get('authorization'));
  return token === null ? undefined : deps.findPush?.(token);
}

async function pushingUser(deps: ApiDeps, userId: string, http: Context): Promise<KnownUser | undefined> {
  const isForPushes = PUSH_CALLS.some((call) => call.test(`${http.method} ${http.path}`));
  if (!isForPushes) throw new PlatformError('forbidden', "A push's secret can't be used for that.");
  const user = await findUser(deps.store, userId);
  return user && { ...user, scope: null, apps: null, authorizationId: null };
}

async function tokenOfRequest(store: Store, http: Context): Promise<KnownToken | undefined> {
  const token = readToken(http.get('authorization'));
  return token === null ? undefined : findToken(store, hashToken(token));
}

/** Who signs in with a password, which is for making a token only. Throws `rate_limit`, `unauthorized`. */
async function signedIn(deps: ApiDeps, http: Context): Promise<KnownUser | undefined> {
  const [email = '', password] = readPair(http.get('authorization')) ?? [];
  if (http.method !== 'POST' || !BY_PASSWORD.includes(http.path) || !email.includes('@') || !password) return undefined;
  const knock = { email, password, code: http.get('heroku-two-factor-code'), from: networkOf(http.req.socket.remoteAddress) };
  const found = await signIn(deps, knock);
  if ('user' in found) return { ...found.user, scope: null, apps: null, authorizationId: null };
  if ('is' in found && found.is === 'wrong') throw unauthorized('There was a problem with your login.');
  if ('is' in found) throw new PlatformError('two_factor', found.is === 'code-missing' ? CODE_MISSING : CODE_WRONG);
  http.set('Retry-After', String(found.waitS));
  throw new PlatformError('rate_limit', `Too many attempts to log in. Try again in ${Math.ceil(found.waitS / 60)} min.`);
}

function unauthorized(message: string): PlatformError {
  return new PlatformError('unauthorized', message);
}

/** `Bearer T`, `Basic :T`, `Basic anyone:T`, `Basic T:`. */
function readToken(header: string): string | null {
  const [name, password] = readPair(header) ?? [];
  return /^bearer +(\S+)$/i.exec(header.trim())?.[1] ?? (password || name || null);
}

/** User name and password of `Basic`. */
function readPair(header: string): [string, string] | null {
  const match = /^basic +(\S+)$/i.exec(header.trim());
  if (!match) return null;
  const [name = '', ...rest] = Buffer.from(match[1]!, 'base64').toString('utf8').split(':');
  return [name, rest.join(':')];
}
