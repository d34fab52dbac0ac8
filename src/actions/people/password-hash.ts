// Passwords as they are kept: Argon2id with a salt of its own, 19 MB and two passes, off the main thread. So many at once: more
// wait, so that nobody takes the process's memory by guessing.
import { randomBytes } from 'node:crypto';

const AT_ONCE = 2;

let working = 0;
const waiting: (() => void)[] = [];
let nobodys: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return inTurn(async () => (await import('@node-rs/argon2')).hash(plain(password)));
}

/** Whether it is the password of that hash. Without one it is not, and takes as long. */
export function isPassword(password: string, hash: string | null): Promise<boolean> {
  return inTurn(async () => {
    const { hash: make, verify } = await import('@node-rs/argon2');
    nobodys ??= make(randomBytes(16));
    const isRight = await verify(hash ?? (await nobodys), plain(password));
    return isRight && hash !== null;
  });
}

/** The same text however a keyboard composes it. */
function plain(password: string): string {
  return password.normalize('NFKC');
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (working >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else working += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else working -= 1;
  }
}
