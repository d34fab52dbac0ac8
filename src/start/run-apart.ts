// Runs another command of ours in a process of its own: what it loaded goes with it.
import { spawn } from 'node:child_process';
import type { StackNews } from './finish-stacks.js';
import type { Prepared } from './prepare.js';
import { isGoneWithin, signal } from './machine/processes.js';

const LEAVE_WITHIN_MS = 4_000;

/** Runs `prepare` with our screen and returns what it made ready. Throws its sentence when it couldn't. */
export function prepareApart(): Promise<Prepared> {
  const child = spawn(process.execPath, [mainFile(), 'prepare'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.on('message', (outcome: Prepared | { error: string }) => {
      if ('error' in outcome) reject(new Error(outcome.error));
      else resolve(outcome);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`Preparing ended with ${signal ?? `status ${code}`}.`)));
  });
}

/** Does what is left to do of the stacks, and hears how it goes. Returns how it is ended, with all that it has started. */
export function finishStacksApart(o: {
  env: Record<string, string | undefined>;
  isNew: boolean;
  hear: (news: StackNews) => void;
}): () => Promise<void> {
  const child = spawn(process.execPath, [mainFile(), 'finish-stacks', ...(o.isNew ? ['--save'] : [])], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: o.env,
    detached: true,
  });
  child.on('message', (news: StackNews) => o.hear(news));
  child.on('error', () => undefined);
  return async () => {
    const { pid } = child;
    if (!pid || child.exitCode !== null) return;
    signal(-pid, 'SIGTERM');
    if (!(await isGoneWithin(pid, LEAVE_WITHIN_MS))) signal(-pid, 'SIGKILL');
  };
}

function mainFile(): string {
  return process.argv[1] ?? '';
}
