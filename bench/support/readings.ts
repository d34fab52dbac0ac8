// What /proc says about processes: memory and CPU time.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_S = 100;
const MIB = 1_024;

/** Seconds of CPU a process has used; 0 of one that has ended. */
export function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_S;
}

/** MiB in memory, what is shared with others counted whole. */
export function rssMib(pid: number): number {
  return field(`/proc/${pid}/status`, 'VmRSS');
}

/** MiB in memory, what is shared counted in parts. */
export function pssMib(pid: number): number {
  return field(`/proc/${pid}/smaps_rollup`, 'Pss');
}

/** A process and all that it started. */
export function familyOf(pid: number): number[] {
  const children = allPids().filter((each) => parentOf(each) === pid);
  return [pid, ...children.flatMap(familyOf)];
}

function allPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function parentOf(pid: number): number {
  return field(`/proc/${pid}/status`, 'PPid') * MIB;
}

function field(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(file))?.[1] ?? 0) / MIB;
}

/** A file of /proc; nothing where its process has ended meanwhile. */
export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
