// What the pages have in common on which somebody signs in for one thing: there is no session, and no cookie.
import { signIn, type SignedIn } from '../../actions/people/sign-in.js';
import { PlatformError } from '../../model/errors.js';
import { networkOf } from '../../model/people/network-of.js';
import type { User } from '../../model/user.js';
import type { ApiDeps } from '../deps.js';
import type { OpenContext } from '../open-router.js';
import { escapeHtml } from './escape-html.js';

/** Why nobody was signed in, to be shown above the form. */
export interface Refusal {
  status: number;
  text: string;
}

/** The fields of a form on which somebody signs in. */
export function signInFields(email = ''): string {
  return `<label>Email<input type="email" name="email" autocomplete="username" value="${escapeHtml(email)}" required autofocus></label>
<label>Password<input type="password" name="password" autocomplete="current-password" required></label>
<label>Two-factor code, if you have one<input name="code" autocomplete="one-time-code" inputmode="text"></label>`;
}

/** Who has filled these fields in, or why it is nobody. */
export async function signInByForm(deps: ApiDeps, http: OpenContext, given: Record<string, unknown>): Promise<User | Refusal> {
  const [email, password, code] = ['email', 'password', 'code'].map((name) => String(given[name] ?? '')) as [string, string, string];
  const found = await signIn(deps, { email, password, code, from: networkOf(http.req.socket.remoteAddress) });
  if ('waitS' in found) http.set('Retry-After', String(found.waitS));
  return whyNot(found) ?? (found as { user: User }).user;
}

function whyNot(found: SignedIn): Refusal | null {
  if ('waitS' in found) return { status: 429, text: `Too many attempts to log in. Try again in ${Math.ceil(found.waitS / 60)} min.` };
  if ('user' in found)
    return found.user.suspendedAt ? { status: 401, text: 'Your account is disabled. Ask an admin of this platform.' } : null;
  if (found.is === 'wrong') return { status: 401, text: 'There was a problem with your login.' };
  return { status: 403, text: found.is === 'code-missing' ? 'A code is needed, too.' : 'That code is wrong, or was used already.' };
}

/** Throws `unavailable` where tries can't be counted. */
export function checkRedis({ bus }: ApiDeps): void {
  const isHere = bus.redis.status === 'ready' && !bus.isFull();
  if (!isHere) throw new PlatformError('unavailable', 'The platform cannot log anybody in right now. Try again in a moment.');
}
