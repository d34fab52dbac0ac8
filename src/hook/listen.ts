// Hears the pre-receive hooks of this machine's pushes. A hook is a shell script (hooks/pre-receive), because any other
// program takes longer to start than a small push: it leaves what git told it in `run/pushes/<pid>.asked`, passes on
// what comes through the pipe `<pid>.said`, and ends with the status in `<pid>.status`; the pid is that of
// git-receive-pack, by which the git door knows the push.
import { constants, openSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../lib/log.js';
import type { PlatformError } from '../model/errors.js';
import { openPrinter, type Printer } from './printer.js';
import type { Push } from './push.js';
import type { Repo } from './repo.js';
import { runHook } from './run-hook.js';
import type { Bell } from './wait.js';

export interface Hooks {
  /** The push is gone: nothing more is asked in its name, and nothing said but the reason, if there is one. False when it has no hook. */
  drop(receivePackPid: number, reason?: PlatformError): boolean;
  close(): void;
}

interface Hearing {
  runDir: string;
  /** The push under way of a git-receive-pack. */
  findPush(pid: number): Push | undefined;
  /** Where the API hears us. */
  socketPath: string;
  bell: Bell;
}

const UNKNOWN = 'The platform knows nothing of this push. Push again; app repositories accept pushes through the platform only.';
const OPEN_TRIES = 1_000;
const OPEN_EVERY_MS = 2;

/** Starts listening; the directory of pushes must be there. */
export function listenForHooks(o: Hearing): Hooks {
  const dir = join(o.runDir, 'pushes');
  const underWay = new Map<number, AbortController>();
  const watcher = watch(dir, (_event, name) => {
    const pid = Number(/^(\d+)\.asked$/.exec(name ?? '')?.[1]);
    if (pid > 0) void hear(pid).catch((error: Error) => log('hook-fault', { pid, error: error.message }));
  });

  async function hear(pid: number): Promise<void> {
    const asked = take(join(dir, `${pid}.asked`));
    if (asked === null) return;
    const stopper = new AbortController();
    underWay.set(pid, stopper);
    try {
      await answer(pid, asked, stopper);
    } finally {
      underWay.delete(pid);
    }
  }

  async function answer(pid: number, asked: string, stopper: AbortController): Promise<void> {
    const pipe = join(dir, `${pid}.said`);
    const said = await openPipe(pipe);
    rmSync(pipe, { force: true });
    // The pusher left, and git with them.
    said.on('error', () => stopper.abort());
    const out = openPrinter((chunk) => void said.write(chunk));
    const push = o.findPush(pid);
    if (push) await decide(push, pid, { asked, out, signal: stopper.signal });
    else out.warn(UNKNOWN);
    said.end();
  }

  async function decide(
    push: Push,
    pid: number,
    { asked, out, signal }: { asked: string; out: Printer; signal: AbortSignal },
  ): Promise<void> {
    const status = await runHook({ ...o, ...parseAsked(asked), push, out, signal });
    if (!signal.aborted) writeFileSync(join(dir, `${pid}.status`), `${status}\n`, { mode: 0o600 });
  }

  return {
    drop(pid, reason) {
      underWay.get(pid)?.abort(reason);
      return underWay.has(pid);
    },
    close() {
      watcher.close();
      for (const stopper of underWay.values()) stopper.abort();
    },
  };
}

/** Reads a file and removes it; null when someone else has. */
function take(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    return text;
  } catch {
    return null;
  }
}

/** Opens a pipe for writing as soon as its reader has. Throws when none comes. */
async function openPipe(path: string): Promise<Socket> {
  for (let tries = 1; ; tries += 1) {
    try {
      return new Socket({ fd: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || tries === OPEN_TRIES) throw error;
      await sleep(OPEN_EVERY_MS);
    }
  }
}

/** Four lines of the hook's own, then git's `old new ref` lines. */
export function parseAsked(text: string): { repo: Repo; input: string } {
  const [dir = '', objects = '', alternates = '', quarantine = '', ...updates] = text.split('\n');
  const env = {
    GIT_DIR: dir,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates,
    GIT_QUARANTINE_PATH: quarantine,
  };
  return { repo: { dir, env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')) }, input: updates.join('\n') };
}
