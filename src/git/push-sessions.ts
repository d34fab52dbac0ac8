// Pushes under way. Each has a secret with which its hook speaks to the API; the hook is known by the pid of its parent,
// git-receive-pack, and what it and `web` say to each other lies in `<runDir>/pushes/<that pid>.*`.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openPushTurns } from './push-turns.js';

export interface PushSession {
  secret: string;
  userId: string;
  /** The token it came with. */
  authorizationId: string;
  appId: string;
  appName: string;
  /** Of git-receive-pack, the hook's parent. */
  pid: number;
  /** The build this push has started; set by whoever records it. */
  buildId: string | null;
  /** Nothing more may be asked in its name: its access was taken back, or its app is gone. */
  isOver: boolean;
  /**
   * Waits until no other push to the app has its turn, calling `onWait` if there is one. The turn ends with the push, after
   * its refs have moved, so whoever comes next sees where they are. False when the push has ended meanwhile.
   */
  takeTurn(onWait: () => void): Promise<boolean>;
}

export interface PushSessions {
  /** The push under way that this secret belongs to. */
  bySecret(secret: string): PushSession | undefined;
  /** The push under way of this git-receive-pack. */
  byPid(pid: number): PushSession | undefined;
  list(): PushSession[];
}

export interface PushBook extends PushSessions {
  begin(o: Pick<PushSession, 'userId' | 'authorizationId' | 'appId' | 'appName' | 'pid'>): PushSession;
  end(session: PushSession): void;
}

/** Opens the book. What an earlier process left in its directory is void: its pushes ended with it. */
export function openPushBook(runDir: string): PushBook {
  const dir = join(runDir, 'pushes');
  endHooks(dir);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const sessions = new Map<string, PushSession>();
  const turns = openPushTurns();

  return {
    bySecret: (secret) => [sessions.get(secret)].find((session) => session?.isOver === false),
    byPid: (pid) => [...sessions.values()].find((session) => session.pid === pid),
    list: () => [...sessions.values()],
    begin(o) {
      const session: PushSession = {
        ...o,
        secret: randomBytes(32).toString('base64url'),
        buildId: null,
        isOver: false,
        takeTurn: async (onWait) => sessions.has(session.secret) && turns.take(session.appId, session, onWait),
      };
      sessions.set(session.secret, session);
      return session;
    },
    end(session) {
      if (!sessions.delete(session.secret)) return;
      for (const kind of ['new', 'asked', 'said', 'status']) rmSync(join(dir, `${session.pid}.${kind}`), { force: true });
      turns.leave(session.appId, session);
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
