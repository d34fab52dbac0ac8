// Runs the lines of a Procfile: each in a process group of its own, started again when it dies, stopped in reverse.
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isGoneWithin, signal } from './machine/processes.js';

export interface ForemanOptions {
  processes: ProcessLine[];
  cwd: string;
  env: Record<string, string | undefined>;
  /** Where `<name>.pid` is written. */
  pidDir: string;
  /** Takes each line a process prints, and what the foreman says of it. */
  write: (name: string, line: string) => void;
  /** Starts a process by other means, where there are any: it has a predecessor that still serves. */
  succeed?: (each: ProcessLine) => Promise<Running | undefined> | undefined;
}

export interface ProcessLine {
  name: string;
  command: string;
}

/** A process, of whomever it is a child. */
export interface Running {
  pid: number | undefined;
  onLine(hear: (line: string) => void): void;
  /** How it ended: a signal, or `status 1`. */
  ended: Promise<string>;
}

export interface Foreman {
  /** Stops all, the last started first, within `limitMs`; then kills. */
  stop(limitMs: number): Promise<void>;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** Who has lived this long starts over with the first wait. */
const HEALTHY_AFTER_MS = 5_000;

/** Starts every process. */
export function startForeman(o: ForemanOptions): Foreman {
  const running = o.processes.map((each) => superviseProcess(o, each));
  return {
    async stop(limitMs) {
      const deadline = Date.now() + limitMs;
      for (const [index, each] of running.toReversed().entries()) {
        const share = (deadline - Date.now()) / (running.length - index);
        await each.stop(Math.max(share, 0));
      }
    },
  };
}

function superviseProcess(o: ForemanOptions, line: ProcessLine) {
  const { name } = line;
  const pidFile = join(o.pidDir, `${name}.pid`);
  let current: Running | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopping = false;

  function start(): void {
    const succeeding = o.succeed?.(line);
    if (!succeeding) return follow(spawnProcess(o, line));
    void succeeding.then((successor) => {
      if (!successor && stopping) return;
      follow(successor ?? spawnProcess(o, line));
      if (stopping && successor?.pid) signal(successor.pid, 'SIGTERM');
    });
  }

  function follow(running: Running): void {
    const began = Date.now();
    current = running;
    running.onLine((text) => o.write(name, text));
    if (running.pid) writeFileSync(pidFile, `${running.pid}\n`);
    void running.ended.then((how) => {
      if (running.pid) signal(-running.pid, 'SIGKILL'); // What it started ends with it.
      if (stopping) return;
      if (Date.now() - began > HEALTHY_AFTER_MS) waitMs = FIRST_WAIT_MS;
      o.write(name, `ended with ${how}; starting it again in ${waitMs} ms`);
      timer = setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  }

  start();
  return {
    async stop(limitMs: number): Promise<void> {
      stopping = true;
      clearTimeout(timer);
      const pid = current?.pid;
      if (pid) {
        signal(pid, 'SIGTERM');
        const hasLeft = await isGoneWithin(pid, limitMs);
        if (!hasLeft) o.write(name, `still there after ${(limitMs / 1000).toFixed(1)} s; killed`);
        signal(-pid, 'SIGKILL');
      }
      rmSync(pidFile, { force: true });
    },
  };
}

function spawnProcess(o: ForemanOptions, { name, command }: ProcessLine): Running {
  // `exec`: the process is the command itself, not a shell that a signal would end alone.
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: o.cwd, env: o.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('error', (error) => o.write(name, `can't be started: ${error.message}`));
  return {
    pid: child.pid,
    onLine(hear) {
      for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on('line', hear);
    },
    ended: new Promise((resolve) => child.on('exit', (code, by) => resolve(by ?? `status ${code}`))),
  };
}

/** The `name: command` lines of our own Procfile. */
export function procfileLines(text: string): ProcessLine[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([\w-]+):\s*(.+)$/.exec(line);
    return match ? [{ name: match[1]!, command: match[2]! }] : [];
  });
}
