// The web process: the API, git and the dashboard on one port.
import { resolve } from 'node:path';
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { openQueue } from '../queue/open-queue.js';
import { openStore } from '../store/open-store.js';
import { startWeb } from './start-web.js';

const config = readConfig();
const key = readKey(config.keyFile);
const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key, poolSize: 10 }), { forMs: 60_000 });
const bus = openBus({ url: config.redisUrl });
const queue = openQueue({ url: config.redisUrl });
const lines = openLineWriter(bus);
const web = await startWeb({
  ...config,
  ctx: { store, bus, queue, lines, quotas: config.quotas },
  hooksDir: resolve(import.meta.dirname, '../../../hooks'),
  maxBytes: config.uploadLimitMb * 1024 * 1024,
});
const stopPulse = await startPulse(bus, { process: 'web', node: config.node }, () => ({ url: config.internalUrl }));

async function stop(): Promise<void> {
  await web.stop();
  await lines.flush();
  await stopPulse();
  await Promise.allSettled([queue.close(), bus.close(), store.close()]);
  log('stopped', { process: 'web' });
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
