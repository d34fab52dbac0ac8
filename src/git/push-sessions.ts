// Pushes under way. Each has a secret with which its hook speaks to the API, and a file by which the hook, knowing
// only its parent's pid, finds it: `<runDir>/pushes/<pid of git-receive-pack>.json`.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PushSession {
  secret: string;
  userId: string;
  appId: string;
  appName: string;
  /** Of git-receive-pack, the hook's parent. */
  pid: number;
  /** The build this push has started; set by whoever records it. */
  buildId: string | null;
}

export interface PushSessions {
  /** The push under way that this secret belongs to. */
  bySecret(secret: string): PushSession | undefined;
  list(): PushSession[];
}

export interface PushBook extends PushSessions {
  begin(o: Pick<PushSession, 'userId' | 'appId' | 'appName' | 'pid'>): PushSession;
  end(session: PushSession): void;
}

/** Opens the book. What an earlier process left in its directory is void: its pushes ended with it. */
export function openPushBook(runDir: string): PushBook {
  const dir = join(runDir, 'pushes');
  endHooks(dir);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const sessions = new Map<string, PushSession>();
  const fileOf = (session: PushSession) => join(dir, `${session.pid}.json`);

  return {
    bySecret: (secret) => sessions.get(secret),
    list: () => [...sessions.values()],
    begin(o) {
      const session: PushSession = { ...o, secret: randomBytes(32).toString('base64url'), buildId: null };
      sessions.set(session.secret, session);
      // Written at once, so that it is there before git can start the hook.
      writeFileSync(fileOf(session), JSON.stringify({ secret: session.secret, app: session.appId, appName: session.appName }), {
        mode: 0o600,
      });
      return session;
    },
    end(session) {
      if (!sessions.delete(session.secret)) return;
      for (const kind of ['json', 'asked', 'said', 'status']) rmSync(join(dir, `${session.pid}.${kind}`), { force: true });
      releaseTurn(join(dir, `${session.appId}.turn`), session.pid);
    },
  };
}

/** Hooks that still wait for an earlier process to say something hear the end of it. */
function endHooks(dir: string): void {
  const pipes = readdirOrNone(dir).filter((name) => name.endsWith('.said'));
  for (const pipe of pipes) {
    try {
      closeSync(openSync(join(dir, pipe), constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      // Nobody reads it.
    }
  }
}

function readdirOrNone(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** The hook took the app's turn in the name of its parent; it ends here, after the refs have moved. */
function releaseTurn(file: string, pid: number): void {
  try {
    if (readFileSync(file, 'utf8') === String(pid)) rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
