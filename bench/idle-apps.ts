// What apps cost that do nothing: a thousand of them, created by four clients at full speed, with rows and routes but no dynos.
// They go with the platform: this is the last of the benchmarks.
import type { Platform } from '../test/support/platform.js';
import { atMost, type Bench } from './support/bench.js';
import { cpuMsPerS, pidsOf, total, untilAtRest } from './support/at-rest.js';
import { pssMib } from './support/readings.js';

const APPS = 1_000;
const CLIENTS = 4;
const LIMITS = { cpuMs: 15, mibPerApp: 0.3 };
const MEASURED_MS = 20_000;

export const idleApps: Bench = {
  name: 'idle-apps',
  about: `CPU and memory of the platform with ${APPS} apps that do nothing, created by ${CLIENTS} clients`,
  async run(platform, note) {
    await untilAtRest(platform, note);
    const before = memoryOf(platform);
    const began = performance.now();
    let next = 0;
    const client = async () => {
      while (next < APPS) await platform.api('POST', '/apps', { name: `bench-idle-${(next += 1)}` });
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    note(`${APPS} apps in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await untilAtRest(platform, note);
    const cpuMs = total(await cpuMsPerS(platform, MEASURED_MS));
    const mibPerApp = (memoryOf(platform) - before) / APPS;
    return [
      atMost(`${APPS} idle apps, CPU a second`, cpuMs, LIMITS.cpuMs, (value) => `${value.toFixed(1)} ms`),
      atMost(`${APPS} idle apps, memory of each`, mibPerApp, LIMITS.mibPerApp, (value) => `${value.toFixed(3)} MiB`),
    ];
  },
};

function memoryOf(platform: Platform): number {
  return Object.values(pidsOf(platform))
    .flat()
    .reduce((sum, pid) => sum + pssMib(pid), 0);
}
