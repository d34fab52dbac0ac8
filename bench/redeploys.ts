// Pushes under load: how many requests fail, and how long the slowest take, against the same load without.
import { setTimeout as sleep } from 'node:timers/promises';
import { anApp } from '../test/support/workspace.js';
import type { Bench } from './support/bench.js';
import { keepLoading, quantile } from './support/steady-load.js';

const PUSHES = 20;
const PER_SECOND = 200;
const UNDISTURBED_MS = 20_000;
const SERVER = "require('node:http').createServer((_, response) => response.end('hello')).listen(process.env.PORT);\n";

export const redeploys: Bench = {
  name: 'redeploys',
  about: `${PUSHES} pushes while ${PER_SECOND} requests a second come`,
  async run(platform, note) {
    const app = await anApp(platform, 'bench-redeploys', { Procfile: 'web: node server.js\n', 'package.json': '{}', 'server.js': SERVER });
    const push = async () => {
      const { code, output } = await app.push('main');
      if (code !== 0) throw new Error(output);
    };
    await push();
    const load = { origin: platform.routerUrl, host: `${app.name}.${platform.domain}`, perSecond: PER_SECOND };
    const during = async (work: () => Promise<unknown>) => {
      const end = keepLoading(load);
      await work();
      return end();
    };
    await during(() => sleep(UNDISTURBED_MS / 4)); // Warms up router and dyno.
    const alone = await during(() => sleep(UNDISTURBED_MS));
    const beside = await during(async () => {
      for (let nr = 1; nr <= PUSHES; nr += 1) {
        await app.commit({ 'server.js': `${SERVER}// ${nr}\n` }, `Push ${nr}`);
        await push();
      }
    });
    const [before, after] = [quantile(alone.ms, 0.99), quantile(beside.ms, 0.99)];
    note(`alone: ${alone.ms.length} answers, ${alone.failed.length} failed, p99 ${before.toFixed(1)} ms`);
    note(`beside ${PUSHES} pushes: ${beside.ms.length} answers, failed: ${beside.failed.join(', ') || 'none'}, p99 ${after.toFixed(1)} ms`);
    await platform.api('DELETE', `/apps/${app.name}`);
    await app.remove();
    return [
      {
        what: `requests that fail beside ${PUSHES} pushes`,
        floor: '0',
        ours: `${beside.failed.length}`,
        ratio: beside.failed.length,
        target: { most: 0 },
      },
      {
        what: `p99 of ${PER_SECOND} requests a second beside them, to without`,
        floor: `${before.toFixed(1)} ms`,
        ours: `${after.toFixed(1)} ms`,
        ratio: after / before,
        target: { most: 2 },
      },
    ];
  },
};
