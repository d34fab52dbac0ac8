// Runs a program to its end and keeps what it said.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  uid?: number;
  gid?: number;
  input?: string;
  /** Where its standard output goes instead of into the result. */
  takeOutput?: (output: Readable) => Promise<unknown>;
  /** Milliseconds; then it is killed. */
  timeoutMs?: number;
  /** Kills it. */
  signal?: AbortSignal;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `command`; a program that can't be started answers code 127. */
export function run(command: string, args: string[], o: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: o.cwd,
      env: { ...process.env, ...o.env },
      uid: o.uid,
      gid: o.gid,
      timeout: o.timeoutMs,
      signal: o.signal,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const taken = o.takeOutput?.(child.stdout);
    if (!taken) child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(o.input ?? '');
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => Promise.resolve(taken).then(() => resolve({ code: code ?? 1, stdout, stderr }), reject));
  });
}

/** Runs `command` and returns its output; throws `<what> failed` with the end of what it said otherwise. */
export async function runOrThrow(what: string, command: string, args: string[], o: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, o);
  if (code !== 0) throw new Error(`${what} failed (${command} exited ${code}):\n${lastLines(`${stdout}\n${stderr}`, 12)}`);
  return stdout;
}

/** The last `count` lines that aren't blank. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n');
}
