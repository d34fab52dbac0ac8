// The builder process: turns queued builds into slugs and releases.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { openEngine } from '../docker/engine.js';
import { liftUserLimits } from '../docker/user-limits.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { openQueue } from '../queue/open-queue.js';
import { openStore } from '../store/open-store.js';
import { readSizes } from '../read-sizes.js';
import { buildEnv } from './input/build-env.js';
import { startBuilder } from './start-builder.js';

const config = readConfig();
const key = readKey(config.keyFile);
const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key }), { forMs: 60_000 });
const bus = openBus({ url: config.redisUrl });
const queue = openQueue({ url: config.redisUrl });
const lines = openLineWriter(bus);
liftUserLimits();
const builder = startBuilder({
  ...config,
  ctx: { store, queue, bus, lines, sizes: await readSizes(config), quotas: config.quotas },
  engine: openEngine(config),
  key,
  buildEnv: buildEnv(process.env),
  buildpackFileUrls: process.env['SLIPWAY_BUILDPACK_FILE_URLS'] === 'yes',
});
const stopPulse = await startPulse(bus, { process: 'builder', node: config.node }, builder.pulse);
log('started', { process: 'builder', node: config.node, concurrency: config.buildConcurrency });

async function stop(): Promise<void> {
  await builder.stop();
  await lines.flush();
  await stopPulse();
  await Promise.allSettled([queue.close(), bus.close(), store.close()]);
  log('stopped', { process: 'builder' });
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
