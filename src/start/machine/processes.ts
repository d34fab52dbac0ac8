// What /proc says about processes: which live, which are ours.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process runs (a zombie doesn't). */
export function isAlive(pid: number): boolean {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
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
