// What the platform takes in memory when nothing happens: all its processes, Redis and PostgreSQL.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform, ProcessName } from '../test/support/platform.js';
import type { Bench, Result } from './support/bench.js';
import { cpuSeconds, familyOf, pssMib, rssMib } from './support/readings.js';

const LIMIT_MIB = 250;
const IDLE_MS = 10_000;
const NAMES: ProcessName[] = ['start', 'web', 'builder', 'dynos', 'logplex', 'router'];

export const idle: Bench = {
  name: 'idle',
  about: 'Memory and CPU of the idle platform with Redis and PostgreSQL',
  async run(platform, note) {
    await sleep(IDLE_MS);
    const before = new Map(
      Object.values(pidsOf(platform))
        .flat()
        .map((pid) => [pid, cpuSeconds(pid)]),
    );
    await sleep(IDLE_MS);
    const groups = pidsOf(platform);
    // PostgreSQL's processes for connections come and go.
    const cpuMs = sum(Object.values(groups).flat(), (pid) => cpuSeconds(pid) - (before.get(pid) ?? 0)) * 1_000;
    for (const [name, pids] of Object.entries(groups))
      note(`${name.padEnd(8)} RSS ${mib(sum(pids, rssMib)).padStart(8)}  PSS ${mib(sum(pids, pssMib)).padStart(8)}`);
    note(`CPU ${Math.round(cpuMs / (IDLE_MS / 1000))} ms a second`);
    const all = Object.values(groups).flat();
    return [
      against('idle, RSS (shared pages counted in each)', sum(all, rssMib), { most: 1 }),
      against('idle, PSS (shared pages counted once)', sum(all, pssMib), { most: 1 }),
    ];
  },
};

/** The foreman alone, then each process with what it started, then the stores. */
function pidsOf(platform: Platform): Record<string, number[]> {
  const own = NAMES.map((name) => [name, name === 'start' ? [platform.pid(name)] : familyOf(platform.pid(name))]);
  return {
    ...Object.fromEntries(own),
    redis: [firstNumber(join(platform.home, 'redis/redis.pid'))],
    postgres: familyOf(firstNumber(join(platform.home, 'postgres/data/postmaster.pid'))),
  };
}

function firstNumber(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

function against(what: string, ours: number, target: Result['target']): Result {
  return { what, floor: mib(LIMIT_MIB), ours: mib(ours), ratio: ours / LIMIT_MIB, target };
}

function sum(pids: number[], read: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + read(pid), 0);
}

function mib(value: number): string {
  return `${Math.round(value)} MiB`;
}
