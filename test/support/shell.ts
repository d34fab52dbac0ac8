// A person at a terminal: a home directory of their own, a work directory, and `paas` and `git` on the PATH.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  /** Waits until stdout or stderr contains the text; fails after `timeoutMs` (60 s) or when the command ends. */
  until(text: string, timeoutMs?: number): Promise<void>;
  /** What stdout has had so far. */
  output(): string;
  /** Ctrl-C. */
  interrupt(): void;
  ended: Promise<CommandResult>;
}

interface RunOptions {
  stdin?: string;
  env?: Record<string, string | undefined>;
}

export interface Shell {
  home: string;
  dir: string;
  /** Runs a command line with sh and waits for its end. */
  run(command: string, o?: RunOptions): Promise<CommandResult>;
  start(command: string, o?: RunOptions): RunningCommand;
  /** Writes files below the work directory. */
  write(files: Record<string, string>): Promise<void>;
  remove(): Promise<void>;
}

const BIN = resolve(import.meta.dirname, '../../bin');

/** Opens a shell in an empty directory; `env` is added to what a plain login has. */
export async function openShell(env: Record<string, string> = {}): Promise<Shell> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-shell-'));
  const dir = join(home, 'work');
  await mkdir(dir);
  const whole = {
    PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    ...env,
  };
  const start = (command: string, o: RunOptions = {}) =>
    startCommand(command, { cwd: dir, env: { ...whole, ...o.env }, stdin: o.stdin ?? '' });
  return {
    home,
    dir,
    start,
    run: (command, o) => start(command, o).ended,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), text);
      }
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

function startCommand(command: string, o: { cwd: string; env: Record<string, string | undefined>; stdin: string }): RunningCommand {
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { cwd: o.cwd, env: o.env as NodeJS.ProcessEnv, detached: true });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(o.stdin);
  let isOver = false;
  const ended = new Promise<CommandResult>((done) => {
    child.once('close', (code) => {
      isOver = true;
      done({ code, ...text });
    });
  });
  return {
    ended,
    output: () => text.stdout,
    interrupt: () => void (child.pid && process.kill(-child.pid, 'SIGINT')),
    async until(wanted, timeoutMs = 60_000) {
      const deadline = Date.now() + timeoutMs;
      while (!text.stdout.includes(wanted) && !text.stderr.includes(wanted)) {
        // Its last words may come after its exit.
        if (isOver || Date.now() > deadline)
          throw new Error(`${command}: ${JSON.stringify(wanted)} did not come:\n${text.stdout}${text.stderr}`);
        await new Promise((next) => setTimeout(next, 20));
      }
    },
  };
}
