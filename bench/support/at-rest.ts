// When a platform that has just started, or just worked, is at rest: what it does in the background is over, and its CPU falls no more.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform, ProcessName } from '../../test/support/platform.js';
import { join } from 'node:path';
import { cpuSeconds, familyOf, read } from './readings.js';

const NAMES: ProcessName[] = ['start', 'web', 'builder', 'dynos', 'logplex', 'router', 'providers'];
const LOOK_MS = 5_000;
/** So many looks in a row that are alike: within a fifth, or two milliseconds. */
const ALIKE = 3;
const LIMIT_MS = 240_000;

/** The foreman alone, then each process with what it started, then the stores. */
export function pidsOf(platform: Platform): Record<string, number[]> {
  const own = NAMES.map((name) => [name, name === 'start' ? [platform.pid(name)] : familyOf(platform.pid(name))]);
  return {
    ...Object.fromEntries(own),
    redis: [firstNumber(join(platform.home, 'redis/redis.pid'))],
    postgres: familyOf(firstNumber(join(platform.home, 'postgres/data/postmaster.pid'))),
  };
}

/** Milliseconds of CPU a second that each group takes, over so long. */
export async function cpuMsPerS(platform: Platform, ms: number): Promise<Record<string, number>> {
  const before = new Map(
    Object.values(pidsOf(platform))
      .flat()
      .map((pid) => [pid, cpuSeconds(pid)]),
  );
  const began = performance.now();
  await sleep(ms);
  // PostgreSQL's processes for connections come and go.
  const used = (pid: number) => Math.max(0, cpuSeconds(pid) - (before.get(pid) ?? 0));
  const groups = Object.entries(pidsOf(platform)).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + used(pid), 0)] as const);
  const perS = 1_000_000 / (performance.now() - began);
  return Object.fromEntries(groups.map(([name, seconds]) => [name, seconds * perS]));
}

/** All groups together. */
export function total(groups: Record<string, number>): number {
  return Object.values(groups).reduce((sum, each) => sum + each, 0);
}

/** Waits for it. Throws when there is no rest within four minutes. */
export async function untilAtRest(platform: Platform, note: (text: string) => void): Promise<void> {
  const began = performance.now();
  const looks: number[] = [];
  while (!(isLevel(looks.slice(-ALIKE)) && !makesStacks(platform))) {
    if (performance.now() - began > LIMIT_MS)
      throw new Error(`no rest in ${LIMIT_MS / 1000} s: ${looks.map(Math.round).join(', ')} ms a second`);
    looks.push(total(await cpuMsPerS(platform, LOOK_MS)));
  }
  note(`at rest after ${Math.round((performance.now() - began) / 1000)} s; CPU by 5 s: ${looks.map(Math.round).join(', ')} ms a second`);
}

function isLevel(looks: number[]): boolean {
  const least = Math.min(...looks);
  return looks.length === ALIKE && Math.max(...looks) <= Math.max(least * 1.2, least + 2);
}

/** Whether images of other stacks are made or kept in the background. */
function makesStacks(platform: Platform): boolean {
  return familyOf(platform.pid('start')).some((pid) => read(`/proc/${pid}/cmdline`).includes('finish-stacks'));
}

function firstNumber(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}
