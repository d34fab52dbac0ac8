// Which push this hook belongs to. Nothing but the parent's pid reaches us: the git door left a file by that name.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../model/errors.js';
import { textOf } from './json.js';

export interface Session {
  secret: string;
  appId: string;
  appName: string;
  /** git-receive-pack: as long as it lives, and the push's file is there, the push goes on. */
  receivePackPid: number;
  pushesDir: string;
}

/** Finds the push. Throws when this wasn't started by a push through the platform. */
export function findSession(o: { runDir: string; receivePackPid: number }): Session {
  const pushesDir = join(o.runDir, 'pushes');
  let text: string;
  try {
    text = readFileSync(fileOf(pushesDir, o.receivePackPid), 'utf8');
  } catch (cause) {
    throw new PlatformError(
      'unavailable',
      'The platform knows nothing of this push. Push again; app repositories accept pushes through the platform only.',
      { cause },
    );
  }
  const file: unknown = JSON.parse(text);
  return {
    secret: textOf(file, 'secret'),
    appId: textOf(file, 'app'),
    appName: textOf(file, 'appName'),
    receivePackPid: o.receivePackPid,
    pushesDir,
  };
}

/** Whether the platform still knows this push. */
export function isUnderWay(session: Session): boolean {
  return existsSync(fileOf(session.pushesDir, session.receivePackPid));
}

function fileOf(pushesDir: string, receivePackPid: number): string {
  return join(pushesDir, `${receivePackPid}.json`);
}
