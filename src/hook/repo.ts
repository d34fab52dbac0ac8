// The repository that is pushed to, with the pushed objects in quarantine: only git with this environment sees them.
import { execFile, spawn, type ChildProcess, type PromiseWithChild } from 'node:child_process';
import { promisify } from 'node:util';

export interface Repo {
  dir: string;
  /** GIT_… variables as the hook has them. */
  env: Record<string, string>;
}

/** Some 600,000 paths: more would take the memory of the process that all pushes share. */
const MAX_OUTPUT = 64 * 1024 * 1024;
const runFile = promisify(execFile);

/** Runs git to its end; its output as bytes. Rejects when it fails, or says more than 64 MB. */
export function runGit(repo: Repo, args: string[]): PromiseWithChild<{ stdout: Buffer }> {
  return runFile('git', args, { cwd: repo.dir, env: { ...process.env, ...repo.env }, maxBuffer: MAX_OUTPUT, encoding: 'buffer' });
}

/** Starts git with its output to be read. */
export function startGit(repo: Repo, args: string[]): ChildProcess {
  return spawn('git', args, { cwd: repo.dir, env: { ...process.env, ...repo.env }, stdio: ['ignore', 'pipe', 'ignore'] });
}
