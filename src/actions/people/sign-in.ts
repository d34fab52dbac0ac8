// Signing in with a password: what is answered, and after how long, is the same whether there is such a user or not.
import { countAttempt, forgetAttempts, isKnown, noteKnown } from '../../bus/attempts.js';
import { isPassword } from './password-hash.js';
import { isCode } from './two-factor.js';
import type { User } from '../../model/user.js';
import { readPasswordHash } from '../../store/people/passwords.js';
import { findUser } from '../../store/people/users.js';
import type { Context } from '../context.js';

const WITHIN_S = 15 * 60;
/** Of an account from one network: more than a person mistypes, far fewer than a guesser needs. */
const OF_ACCOUNT = 10;
/** Of an account from all networks together that nobody has signed in from: however many a guesser has. */
const OF_STRANGERS = 50;
/** Of a network, whose addresses several people may share. */
const OF_NETWORK = 50;
/** Since the last time that somebody signed in from it, a network is known for so long. */
const KNOWN_FOR_S = 90 * 86_400;

interface Knock {
  email: string;
  password: string;
  /** Of the second factor; empty where none was given. */
  code: string;
  /** The network it comes from. */
  from: string;
}

export type SignedIn = { user: User } | { waitS: number } | { is: 'wrong' | 'code-missing' | 'code-wrong' };

/**
 * Whose password it is. Tries count by account, whether there is such a one or not, and by network; those of strangers together are
 * never in the way of who comes from where they have signed in before.
 */
export async function signIn({ store, bus }: Pick<Context, 'store' | 'bus'>, { email, password, code, from }: Knock): Promise<SignedIn> {
  const account = `account ${email.toLowerCase()}`;
  const here = `${account} from ${from}`;
  const waitS = await countAttempt(bus, [
    { of: here, most: OF_ACCOUNT, withinS: WITHIN_S },
    { of: `network ${from}`, most: OF_NETWORK, withinS: WITHIN_S },
    ...((await isKnown(bus, here)) ? [] : [{ of: account, most: OF_STRANGERS, withinS: WITHIN_S }]),
  ]);
  if (waitS > 0) return { waitS };
  const user = await findUser(store, email.toLowerCase());
  const hash = user ? await readPasswordHash(store, user.id) : null;
  const isRight = await isPassword(password, hash);
  if (!user || !isRight) return { is: 'wrong' };
  if (user.twoFactor && code === '') return { is: 'code-missing' };
  if (user.twoFactor && !(await isCode({ store }, user.id, code))) return { is: 'code-wrong' };
  await forgetAttempts(bus, here);
  await noteKnown(bus, here, KNOWN_FOR_S);
  return { user };
}
