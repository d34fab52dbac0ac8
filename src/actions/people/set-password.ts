// Setting a password: with the one before, or by a link that an admin handed out.
import { randomBytes } from 'node:crypto';
import { hashPassword, isPassword } from './password-hash.js';
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import { whyNoPassword } from '../../model/people/password.js';
import type { Authorization, User } from '../../model/user.js';
import { deleteLogins } from '../../store/people/authorizations.js';
import { readPasswordHash, savePassword, saveReset, takeReset } from '../../store/people/passwords.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { countAttempt, forgetAttempts } from '../../bus/attempts.js';

const DAY_MS = 86_400_000;
const WITHIN_S = 15 * 60;
const MOST = 10;

type Deps = Pick<Context, 'store' | 'bus'>;

/**
 * Changes a user's password; `present` is needed where they have one. Logins with it end, but for the token `keepId`. Throws
 * `invalid_params`, `forbidden`, `rate_limit`.
 */
export async function changePassword(
  { store, bus }: Deps,
  user: User,
  { present, next, keepId }: { present: string | null; next: string; keepId: string | null },
): Promise<void> {
  const hash = await readPasswordHash(store, user.id);
  if (hash !== null) await checkPassword({ bus }, { user, hash, password: present ?? '' });
  check(user, next);
  const nextHash = await hashPassword(next);
  const gone = await inTransaction(store, async (within) => {
    await savePassword(within, user.id, nextHash);
    return deleteLogins(within, user.id, keepId);
  });
  await endLogins(bus, gone);
}

/** That whoever has the token knows the password, too. Throws `forbidden`, `rate_limit`. */
export async function checkPassword(
  { bus }: Pick<Deps, 'bus'>,
  { user, hash, password }: { user: User; hash: string; password: string },
): Promise<void> {
  const of = `password of ${user.id}`;
  const waitS = await countAttempt(bus, [{ of, most: MOST, withinS: WITHIN_S }]);
  if (waitS > 0) throw new PlatformError('rate_limit', `Too many tries. Try again in ${Math.ceil(waitS / 60)} min.`);
  if (!(await isPassword(password, hash))) throw new PlatformError('forbidden', 'That is not your present password.');
  await forgetAttempts(bus, of);
}

/** Makes the secret of a link by which a user sets a password: good once, for a day. */
export async function allowReset(store: Store, user: User): Promise<{ secret: string; expiresAt: Date }> {
  const secret = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + DAY_MS);
  await saveReset(store, { userId: user.id, secretHash: hashToken(secret), expiresAt });
  return { secret, expiresAt };
}

/** Sets a user's password by a link's secret; all logins end. Throws `not_found`, and `invalid_params`: then the link is still good. */
export async function resetPassword({ store, bus }: Deps, user: User, { secret, next }: { secret: string; next: string }): Promise<void> {
  check(user, next);
  const hash = await hashPassword(next);
  const gone = await inTransaction(store, async (within) => {
    if (!(await takeReset(within, user.id, hashToken(secret)))) throw noReset();
    await savePassword(within, user.id, hash);
    return deleteLogins(within, user.id, null);
  });
  await endLogins(bus, gone);
}

/** What they have open ends, too. */
async function endLogins(bus: Context['bus'], gone: Authorization[]): Promise<void> {
  for (const { id, userId } of gone) await bus.publish('access-revoked', { userId, authorizationId: id });
}

export function noReset(): PlatformError {
  return new PlatformError('not_found', 'This link was used, or is too old. Ask an admin of this platform for another.');
}

function check(user: User, next: string): void {
  const why = whyNoPassword(next, user.email);
  if (why) throw new PlatformError('invalid_params', why);
}
