// Ends a process and all it has started. git runs in our own process group, so the group can't be signalled.
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const KILL_AFTER_MS = 2_000;

/** SIGTERM for the process and its descendants; SIGKILL for whatever of them is left after 2 s. */
export function killTree(child: ChildProcess): void {
  if (!child.pid || hasEnded(child)) return;
  const pids = [child.pid, ...descendants(child.pid)];
  for (const pid of pids) signal(pid, 'SIGTERM');
  setTimeout(() => {
    if (!hasEnded(child)) for (const pid of pids) signal(pid, 'SIGKILL');
  }, KILL_AFTER_MS).unref();
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Where /proc can't tell, there are none: the hook then ends when its pipe is closed. */
function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function childrenOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
