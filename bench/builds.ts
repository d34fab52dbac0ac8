// Builds beside each other, and beside a dyno: who gets the CPU.
import { setTimeout as sleep } from 'node:timers/promises';
import { anApp, type Workspace } from '../test/support/workspace.js';
import type { Platform } from '../test/support/platform.js';
import { median, seconds, time, type Bench } from './support/bench.js';
import { load } from './support/load.js';

const AT_ONCE = 3;
const ROUNDS = 3;
const ROUND_MS = 4_000;
/** How long each build would have a CPU to itself for; beside a busy dyno it takes many times as long. */
const BURN_MS = 1_500;
const SERVER = "require('node:http').createServer((_, response) => response.end('hello')).listen(process.env.PORT);\n";
const BURN = `const { cpuUsage } = process; while (cpuUsage().user < ${BURN_MS}_000);\n`;

export const builds: Bench = {
  name: 'builds',
  about: `${AT_ONCE} builds at once that use all CPU they get: whether they share it, and what is left to a dyno`,
  async run(platform, note) {
    const serving = await anApp(platform, 'bench-serving', appFiles('true'));
    await pushed(serving);
    const rounds: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) rounds.push(await answersPerSecond(platform, serving.name));
    const alone = median(rounds.slice(1)); // The first warms up router and dyno.

    const apps = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => anApp(platform, `bench-burn-${index}`, appFiles('node burn.js'))),
    );
    const beside: number[] = [];
    let areBuilding = true;
    const watching = (async () => {
      await sleep(2_000); // They have begun.
      while (areBuilding) beside.push(await answersPerSecond(platform, serving.name));
    })();
    const times = await Promise.all(apps.map((app) => time(() => pushed(app))));
    areBuilding = false;
    await watching;
    beside.pop(); // The last round saw the end of the builds.
    note(
      `builds took ${times.map(seconds).join(', ')}; the dyno answered ${Math.round(alone)} times a second alone ` +
        `(${rounds.map(Math.round).join(', ')}), beside them ${beside.map(Math.round).join(', ')}`,
    );
    for (const app of [serving, ...apps]) {
      await platform.api('DELETE', `/apps/${app.name}`);
      await app.remove();
    }
    const [quickest, slowest] = [Math.min(...times), Math.max(...times)];
    const left = median(beside);
    return [
      {
        what: `slowest of ${AT_ONCE} builds at once, to the quickest`,
        floor: seconds(quickest),
        ours: seconds(slowest),
        ratio: slowest / quickest,
        target: { most: 1.3 },
      },
      {
        what: 'requests a second beside builds, to without',
        floor: `${Math.round(alone)}`,
        ours: `${Math.round(left)}`,
        ratio: left / alone,
        target: { least: 0.7 },
      },
    ];
  },
};

function appFiles(build: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'burn', version: '1.0.0', scripts: { start: 'node server.js', build } }),
    'server.js': SERVER,
    'burn.js': BURN,
  };
}

async function pushed(app: Workspace): Promise<void> {
  const push = await app.push('main');
  if (push.code !== 0) throw new Error(push.output);
}

async function answersPerSecond(platform: Platform, name: string): Promise<number> {
  const answered = await load({ origin: platform.routerUrl, host: `${name}.${platform.domain}`, ms: ROUND_MS });
  return answered / (ROUND_MS / 1_000);
}
