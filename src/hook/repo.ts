// The repository that is pushed to, with the pushed objects in quarantine: only git with this environment sees them.
import { execFile, spawn, type ChildProcess, type PromiseWithChild } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface Repo {
  dir: string;
  /** GIT_… variables as the hook has them. */
  env: Record<string, string>;
}

/** Of git's output that is kept whole. */
const MAX_OUTPUT = 16 * 1024 * 1024;
/** A commit is a few bytes; what stands in it may ask for any memory, and any time. */
const MEMORY_KB = 1024 * 1024;
const TIME_LIMIT_MS = 120_000;
const LIMITED = ['-c', `ulimit -d ${MEMORY_KB}; exec git "$@"`, 'git'];
const runFile = promisify(execFile);

/** Runs git to its end; its output as bytes. Rejects when it fails, says more than 16 MB, or takes more than two minutes. */
export function runGit(repo: Repo, args: string[]): PromiseWithChild<{ stdout: Buffer }> {
  const limits = { maxBuffer: MAX_OUTPUT, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' } as const;
  return runFile('sh', [...LIMITED, ...args], { cwd: repo.dir, env: { ...process.env, ...repo.env }, ...limits, encoding: 'buffer' });
}

/** Whether it has said more than is kept. */
export function saidTooMuch(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
}

/** Starts git with its output to be read. */
export function startGit(repo: Repo, args: string[]): ChildProcess {
  return spawn('sh', [...LIMITED, ...args], { cwd: repo.dir, env: { ...process.env, ...repo.env }, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Runs git to its end, and has each piece of its output heard. False when it fails; what `hear` throws ends it. */
export async function hearGit(repo: Repo, args: string[], hear: (chunk: Buffer) => void): Promise<boolean> {
  const child = startGit(repo, args);
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  const late = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) hear(chunk);
    return (await ended)[0] === 0;
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
  }
}
