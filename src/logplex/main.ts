// The logplex process: lines out.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { startDrains } from './drains/start-drains.js';
import { serveLogplex } from './serve.js';

const config = readConfig();
const bus = openBus({ url: config.redisUrl });
const key = readKey(config.keyFile);
const lines = openLineWriter(bus);
const logplex = await serveLogplex({ bus, key, bind: config.bind, node: config.node, now: Date.now });
const openStore = async () => (await import('../store/open-store.js')).openStore({ url: config.databaseUrl, key, poolSize: 2 });
const drains = startDrains({ bus, lines, openStore, fetchAllow: config.fetchAllow, now: Date.now, random: Math.random });
const stopPulse = await startPulse(bus, { process: 'logplex', node: config.node }, () => ({ url: logplex.url }));
log('logplex-up', { url: logplex.url });

async function stop(): Promise<void> {
  await Promise.all([logplex.stop(), drains.stop()]);
  await lines.flush();
  await stopPulse();
  await bus.close();
  process.exit(0);
}

collectAfterStart();
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
