// The second factor: begun with a secret, on once a code of it was shown, off again with a code.
import { randomBytes } from 'node:crypto';
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import type { User } from '../../model/user.js';
import { countAttempt, forgetAttempts } from '../../bus/attempts.js';
import { readPasswordHash } from '../../store/people/passwords.js';
import {
  beginTwoFactor,
  deleteTwoFactor,
  enableTwoFactor,
  readTwoFactorSecret,
  takeRecoveryCode,
  takeStep,
} from '../../store/people/two-factors.js';
import type { Context } from '../context.js';
import { checkPassword } from './set-password.js';
import { newSecret, stepOf } from './one-time-code.js';

const RECOVERY_CODES = 10;
const WITHIN_S = 15 * 60;
const MOST = 10;
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

type Deps = Pick<Context, 'store' | 'bus'>;

/** Makes a secret for who knows the password; it counts once a code of it is shown. Throws `invalid_params`, `forbidden`, `rate_limit`. */
export async function beginSecondFactor(
  { store, bus }: Deps,
  user: User,
  { password, domain }: { password: string; domain: string },
): Promise<{ secret: string; url: string }> {
  const hash = await readPasswordHash(store, user.id);
  if (hash === null) throw new PlatformError('invalid_params', 'It protects logging in with a password: set one first (paas password).');
  await checkPassword({ bus }, { user, hash, password });
  const made = await newSecret(user.email, domain);
  if (await beginTwoFactor(store, user.id, made.secret)) return made;
  throw new PlatformError('invalid_params', 'Two-factor authentication is on already: disable it first (paas 2fa:disable).');
}

/** Turns it on; returns the recovery codes, which nobody can read again. Throws `invalid_params`, `rate_limit`. */
export async function enableSecondFactor(deps: Deps, user: User, code: string): Promise<string[]> {
  const isBegun = !user.twoFactor && (await readTwoFactorSecret(deps.store, user.id)) !== null;
  if (!isBegun) throw new PlatformError('invalid_params', 'There is nothing to confirm: begin with paas 2fa:enable.');
  await checkCode(deps, user, code);
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  await enableTwoFactor(deps.store, user.id, codes.map(hashOf));
  return codes;
}

/** Turns it off, with a code. Throws `invalid_params`, `rate_limit`. */
export async function disableSecondFactor(deps: Deps, user: User, code: string): Promise<void> {
  if (!user.twoFactor) throw new PlatformError('invalid_params', 'Two-factor authentication is not on.');
  await checkCode(deps, user, code);
  await deleteTwoFactor(deps.store, user.id);
}

/** Whether it is a code of theirs, which is then used up: of the phone, or for recovery. */
export async function isCode({ store }: Pick<Deps, 'store'>, userId: string, code: string): Promise<boolean> {
  const typed = code.replaceAll(/[\s-]/g, '').toLowerCase();
  if (!/^\d{6}$/.test(typed)) return takeRecoveryCode(store, userId, hashOf(typed));
  const secret = await readTwoFactorSecret(store, userId);
  const step = secret === null ? null : await stepOf(secret, typed, Date.now());
  return step !== null && takeStep(store, userId, step);
}

async function checkCode(deps: Deps, user: User, code: string): Promise<void> {
  const of = `code of ${user.id}`;
  const waitS = await countAttempt(deps.bus, [{ of, most: MOST, withinS: WITHIN_S }]);
  if (waitS > 0) throw new PlatformError('rate_limit', `Too many tries. Try again in ${Math.ceil(waitS / 60)} min.`);
  if (!(await isCode(deps, user.id, code)))
    throw new PlatformError('invalid_params', 'That code is wrong, or was used already: wait for the next one. Is the clock right?');
  await forgetAttempts(deps.bus, of);
}

/** 80 bits, in fours. */
function recoveryCode(): string {
  const letters = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return letters.match(/.{4}/g)!.join('-');
}

function hashOf(code: string): string {
  return hashToken(code.replaceAll('-', ''));
}
