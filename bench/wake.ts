// A request that wakes an app, against a container by hand that runs the same program: created, started, asked until it answers.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../test/support/ask.js';
import { testEngine, type TestEngine } from '../test/support/engine.js';
import { startPlatform } from '../test/support/platform.js';
import { anApp, type Workspace } from '../test/support/workspace.js';
import { median, seconds, time, type Bench } from './support/bench.js';
import { untilAnswers } from './support/until-answers.js';

const RUNS = 8;
/** What waking may take beyond a start. */
const MORE_MS = 150;
const IDLE_AFTER_S = 2;
const PORT = 5000;
const SERVER = "require('http').createServer((_, answer) => answer.end('awake')).listen(process.env.PORT);\n";

export const wake: Bench = {
  name: 'wake',
  about: 'A request for an app that sleeps, on a platform whose apps sleep soon',
  async run(_platform, note) {
    const platform = await startPlatform({ SLIPWAY_IDLE_AFTER: String(IDLE_AFTER_S), SLIPWAY_DEFAULT_SIZE: 'Eco' });
    const engine = testEngine();
    const [floors, all]: [number[], number[]] = [[], []];
    try {
      const app = await anApp(platform, 'bench-wake', {
        'package.json': JSON.stringify({ name: 'wake', version: '1.0.0' }),
        'index.js': SERVER,
        Procfile: 'web: exec node index.js\n',
      });
      await app.push('main');
      // In turns: whatever else the machine does, it does to both.
      for (let turn = 0; turn < RUNS; turn += 1) {
        await untilAsleep(app);
        floors.push(await byHandMs(engine));
        all.push(await time(() => ask(platform, app.name, '/')));
      }
      await app.remove();
    } finally {
      await platform.stop();
    }
    note(`by hand ${floors.map(Math.round).join(' ')} ms`);
    note(`woken   ${all.map(Math.round).join(' ')} ms`);
    const [floor, ours] = [median(floors) + MORE_MS, median(all)];
    const what = `woken by a request (floor: a container by hand + ${MORE_MS} ms)`;
    return [{ what, floor: seconds(floor), ours: seconds(ours), ratio: ours / floor, target: { most: 1 } }];
  },
};

async function untilAsleep(app: Workspace): Promise<void> {
  while ((await app.api<{ state: string }[]>('GET', '/dynos'))[0]?.state !== 'idle') await sleep(100);
  // What ran before goes too.
  await sleep(1_500);
}

async function byHandMs(engine: TestEngine): Promise<number> {
  const began = performance.now();
  const container = await engine.createContainer({
    Image: process.env['SLIPWAY_BUILD_IMAGE'] ?? '',
    Cmd: ['/opt/node/bin/node', '-e', SERVER],
    User: '20000:20000',
    Env: [`PORT=${PORT}`],
    HostConfig: { Init: true },
  });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const host = NetworkSettings.Networks['bridge']?.IPAddress ?? '';
    await untilAnswers({ host, port: PORT, hostHeader: 'by-hand', version: 'awake' });
    return performance.now() - began;
  } finally {
    await container.remove({ force: true });
  }
}
