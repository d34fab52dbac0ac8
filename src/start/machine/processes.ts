// What /proc says about processes: which live, which are ours.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process runs (a zombie doesn't). */
export function isAlive(pid: number): boolean {
  return isLiving(readOrEmpty(`/proc/${pid}/stat`));
}

function isLiving(stat: string): boolean {
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

export interface HeldProcess {
  /** One call of the kernel: to be asked as often as wanted. */
  lives(): boolean;
  close(): void;
}

/** The process that has this pid now, held by a file of it: whoever gets the pid next isn't taken for it. Undefined when it is gone. */
export function holdProcess(pid: number): HeldProcess | undefined {
  let stat: number;
  try {
    stat = openSync(`/proc/${pid}/stat`, 'r');
  } catch {
    return undefined;
  }
  const text = Buffer.alloc(512);
  return {
    lives() {
      try {
        return isLiving(text.toString('latin1', 0, readSync(stat, text, 0, text.length, 0)));
      } catch {
        return false;
      }
    },
    close: () => closeSync(stat),
  };
}

/** The moment a process began, in clock ticks since boot: with the pid it names a process for good. Empty when it is gone. */
export function startTime(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** The name of a process's program, at most 15 characters. Empty when it is gone. */
export function programName(pid: number): string {
  return readOrEmpty(`/proc/${pid}/comm`).trim();
}

/** Pids of processes whose environment holds `NAME=value`, this one left out. */
export function findByEnvironment(entry: string): number[] {
  return allPids().filter((pid) => pid !== process.pid && readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(entry));
}

/** What a process was started with. Empty when it is gone. */
export function environmentOf(pid: number): Record<string, string> {
  const entries = readOrEmpty(`/proc/${pid}/environ`)
    .split('\0')
    .filter((entry) => entry.includes('='));
  return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

/** Pids of processes with this program name. */
export function findByName(name: string): number[] {
  return allPids().filter((pid) => programName(pid) === name && isAlive(pid));
}

/** Sends a signal to a process, or to a group when `pid` is negative; says whether there was one. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Waits until a process is gone; false when it still lives after `ms`. */
export async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
