// Requests per second of the router's CPU time, against nginx before the same dyno.
import { readRunning } from '../src/docker/dyno/dyno-container.js';
import { testEngine, type TestEngine } from '../test/support/engine.js';
import { APP_LABEL } from '../src/docker/labels.js';
import { readSockets } from '../src/dynos/engine/sockets.js';
import { anApp } from '../test/support/workspace.js';
import type { Platform } from '../test/support/platform.js';
import { median, type Bench } from './support/bench.js';
import { load } from './support/load.js';
import { startNginx } from './support/nginx.js';
import { cpuSeconds } from './support/readings.js';

const ROUNDS = 5;
const ROUND_MS = 3_000;
const NAME = 'bench-router';
const FILES = {
  'package.json': '{"name":"hello","version":"1.0.0","scripts":{"start":"node server.js"}}\n',
  'server.js': "require('node:http').createServer((_, response) => response.end('hello')).listen(process.env.PORT);\n",
};

export const router: Bench = {
  name: 'router',
  about: 'Requests per CPU-second, through the router and through nginx',
  async run(platform, note) {
    const app = await anApp(platform, NAME, FILES);
    const pushed = await app.push('main');
    if (pushed.code !== 0) throw new Error(pushed.output);
    const nginx = await startNginx(await addressOfDyno(platform));
    const sides = {
      floor: { origin: `http://127.0.0.1:${nginx.port}`, pid: nginx.pid(), rates: [] as number[] },
      ours: { origin: platform.routerUrl, pid: platform.pid('router'), rates: [] as number[] },
    };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const side of Object.values(sides)) {
        const before = cpuSeconds(side.pid);
        const answered = await load({ origin: side.origin, host: `${NAME}.${platform.domain}`, ms: ROUND_MS });
        const rate = answered / (cpuSeconds(side.pid) - before);
        if (round > 0) side.rates.push(rate);
      }
      if (round > 0)
        note(
          `round ${round}: ${thousands(sides.floor.rates.at(-1) ?? 0)} by nginx, ${thousands(sides.ours.rates.at(-1) ?? 0)} by the router`,
        );
    }
    nginx.stop();
    await platform.api('DELETE', `/apps/${NAME}`);
    await app.remove();
    const [floor, ours] = [median(sides.floor.rates), median(sides.ours.rates)];
    return [{ what: 'router, requests per CPU-second', floor: thousands(floor), ours: thousands(ours), ratio: ours / floor, target: null }];
  },
};

async function addressOfDyno(platform: Platform): Promise<string> {
  const { id } = await platform.api<{ id: string }>('GET', `/apps/${NAME}`);
  const engine = testEngine();
  const containers = await engine.listContainers({ filters: { label: [`${APP_LABEL}=${id}`] } });
  for (const { Id } of containers) {
    const address = await addressOf(engine, Id);
    if (address) return address;
  }
  throw new Error('The dyno to measure with is gone.');
}

/** Where a container listens; null for one that waits to be a dyno, or to build. */
async function addressOf(engine: TestEngine, containerId: string): Promise<string | null> {
  const { pid, host } = await readRunning(engine, containerId);
  const listening = (await readSockets(pid))?.find(({ state, address }) => state === 'listening' && address !== '127.0.0.11');
  return listening ? `${host}:${listening.port}` : null;
}

function thousands(rate: number): string {
  return `${(rate / 1_000).toFixed(1)}k`;
}
