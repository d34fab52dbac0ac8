// Pushes to one app take turns: the loser of two concurrent pushes would run its whole build before git told it so.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../model/errors.js';
import { isUnderWay, type Session } from './session.js';

const RETRY_MS = 200;

/**
 * Waits for the app's turn, calling `onWait` once if it has to. The git door ends the turn when git-receive-pack has
 * ended: only then has the ref moved, so whoever comes next sees where it is.
 */
export async function takeTurn(session: Session, onWait: () => void): Promise<void> {
  const file = join(session.pushesDir, `${session.appId}.turn`);
  let isTaken = tryTake(file, session);
  if (!isTaken) onWait();
  while (!isTaken && isUnderWay(session)) {
    await sleep(RETRY_MS);
    isTaken = tryTake(file, session);
  }
  // A turn taken after the push has ended would be ended by nobody.
  if (isUnderWay(session)) return;
  if (isTaken) rmSync(file, { force: true });
  throw new PlatformError('unavailable', 'The platform was restarted during this push. Push again.');
}

function tryTake(file: string, session: Session): boolean {
  try {
    writeFileSync(file, String(session.receivePackPid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
