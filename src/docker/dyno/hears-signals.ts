// Whether the first process of a container takes a signal, or loses it. Linux gives a namespace's first process no signal that
// it neither handles nor blocks; docker-init blocks all before it starts what it is for, and runc is there before docker-init.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 5;

/** Waits until what runs as `pid` on this machine, a container's first process, hears signals; where that can't be seen, not at all. */
export async function untilItHears(pid: number): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  const look = () => losesSignals(read(`/proc/${pid}/status`), read(`/proc/${pid}/task/${pid}/children`));
  while (look() && performance.now() < end) await sleep(LOOK_AGAIN_MS);
}

/**
 * By /proc/PID/status and the children of PID; null where there is no such file. What isn't the first of a namespace inside ours
 * belongs to an engine elsewhere, of which nothing is known.
 */
export function losesSignals(status: string | null, children: string | null): boolean {
  if (status === null || children === null || !/^NSpid:(\s+\d+)+\s+1$/m.test(status)) return false;
  return /^Name:\s+runc/m.test(status) || children.trim() === '';
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
