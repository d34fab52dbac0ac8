// The providers process: the add-ons that come with the platform.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { openEngine } from '../docker/engine.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { openBackupDirectory } from '../store/backup/backup-files.js';
import { openStore } from '../store/open-store.js';
import { readPlans } from './read-plans.js';
import { startProviders } from './start-providers.js';

const config = readConfig();
const plans = await readPlans(config.home);
const key = readKey(config.keyFile);
const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key, poolSize: 2 }), { forMs: 60_000 });
const bus = openBus({ url: config.redisUrl });
const lines = openLineWriter(bus);
const backupFiles = openBackupDirectory(config.backupsDir);
const stopProviders = await startProviders({ ...config, store, bus, lines, engine: openEngine(config), plans, backupFiles });
const stopPulse = await startPulse(bus, { process: 'providers', node: config.node });

async function stop(): Promise<void> {
  await stopProviders();
  await lines.flush();
  await stopPulse();
  await Promise.allSettled([bus.close(), store.close()]);
  log('stopped', { process: 'providers' });
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
