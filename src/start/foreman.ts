// Runs the lines of a Procfile: each in a process group of its own, started again when it dies, stopped in reverse.
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isGoneWithin, signal } from './machine/processes.js';

export interface ForemanOptions {
  processes: { name: string; command: string }[];
  cwd: string;
  env: Record<string, string | undefined>;
  /** Where `<name>.pid` is written. */
  pidDir: string;
  /** Takes each line a process prints, and what the foreman says of it. */
  write: (name: string, line: string) => void;
}

export interface Foreman {
  /** Stops all, the last started first, within `limitMs`; then kills. */
  stop(limitMs: number): Promise<void>;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** Who has lived this long starts over with the first wait. */
const HEALTHY_AFTER_MS = 10_000;

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

function superviseProcess(o: ForemanOptions, { name, command }: { name: string; command: string }) {
  const pidFile = join(o.pidDir, `${name}.pid`);
  let child: ChildProcess;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopping = false;

  function start(): void {
    const began = Date.now();
    // `exec`: the process is the command itself, not a shell that a signal would end alone.
    child = spawn('sh', ['-c', `exec ${command}`], { cwd: o.cwd, env: o.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', (line) => o.write(name, line));
    }
    child.on('error', (error) => o.write(name, `can't be started: ${error.message}`));
    if (child.pid) writeFileSync(pidFile, `${child.pid}\n`);
    child.on('exit', (code, by) => {
      if (child.pid) signal(-child.pid, 'SIGKILL'); // What it started ends with it.
      if (stopping) return;
      if (Date.now() - began > HEALTHY_AFTER_MS) waitMs = FIRST_WAIT_MS;
      o.write(name, `ended with ${by ?? `status ${code}`}; starting it again in ${waitMs} ms`);
      timer = setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  }

  start();
  return {
    async stop(limitMs: number): Promise<void> {
      stopping = true;
      clearTimeout(timer);
      const { pid } = child;
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

/** The `name: command` lines of our own Procfile. */
export function procfileLines(text: string): { name: string; command: string }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([\w-]+):\s*(.+)$/.exec(line);
    return match ? [{ name: match[1]!, command: match[2]! }] : [];
  });
}
