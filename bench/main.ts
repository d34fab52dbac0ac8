// `npm run bench [-- names…]`: measures a platform of its own against the floor of the same run, and prints a table.
import { startPlatform } from '../test/support/platform.js';
import { api } from './api.js';
import { builds } from './builds.js';
import { idle } from './idle.js';
import { idleApps } from './idle-apps.js';
import { largePush } from './large-push.js';
import { largeSlug } from './large-slug.js';
import { logs } from './logs.js';
import { push } from './push.js';
import { redeploys } from './redeploys.js';
import { router } from './router.js';
import { run } from './run.js';
import { scale } from './scale.js';
import { wake } from './wake.js';
import type { Result } from './support/bench.js';
import { formatTable } from './support/table.js';

const BENCHES = [idle, api, push, largePush, largeSlug, builds, router, run, wake, scale, redeploys, logs, idleApps];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${BENCHES.map((bench) => bench.name).join(', ')}.`);
  process.exit(1);
}

const results: Result[] = [];
const platform = await startPlatform({ SLIPWAY_BUILD_CONCURRENCY: '3' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void platform.stop().then(() => process.exit(130)));
try {
  for (const bench of BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n${bench.name}: ${bench.about}`);
    results.push(...(await bench.run(platform, (text) => console.log(`  ${text}`))));
  }
} finally {
  await platform.stop();
}
console.log(`\n${formatTable(results)}`);
