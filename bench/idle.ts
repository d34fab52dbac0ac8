// What the platform takes in memory and CPU when nothing happens: all its processes, Redis and PostgreSQL.
import { atMost, type Bench } from './support/bench.js';
import { cpuMsPerS, pidsOf, total, untilAtRest } from './support/at-rest.js';
import { pssMib, rssMib } from './support/readings.js';

const LIMIT_MIB = 250;
const LIMIT_CPU_MS = 15;
const MEASURED_MS = 20_000;

export const idle: Bench = {
  name: 'idle',
  about: 'Memory and CPU of the idle platform with Redis and PostgreSQL',
  async run(platform, note) {
    await untilAtRest(platform, note);
    const cpu = await cpuMsPerS(platform, MEASURED_MS);
    const groups = pidsOf(platform);
    for (const [name, pids] of Object.entries(groups))
      note(
        `${name.padEnd(8)} RSS ${mib(sum(pids, rssMib)).padStart(8)}  PSS ${mib(sum(pids, pssMib)).padStart(8)}  CPU ${ms(cpu[name] ?? 0)} a second`,
      );
    const all = Object.values(groups).flat();
    return [
      atMost('idle, RSS (shared pages counted in each)', sum(all, rssMib), LIMIT_MIB, mib),
      atMost('idle, PSS (shared pages counted once)', sum(all, pssMib), LIMIT_MIB, mib),
      atMost('idle, CPU a second', total(cpu), LIMIT_CPU_MS, ms),
    ];
  },
};

function sum(pids: number[], read: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + read(pid), 0);
}

function mib(value: number): string {
  return `${Math.round(value)} MiB`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
