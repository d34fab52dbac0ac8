// The logplex process: lines out.
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { serveLogplex } from './serve.js';

const config = readConfig();
const bus = openBus({ url: config.redisUrl });
const logplex = await serveLogplex({ bus, key: readKey(config.keyFile), bind: config.bind, node: config.node, now: Date.now });
const stopPulse = await startPulse(bus, { process: 'logplex', node: config.node }, () => ({ url: logplex.url }));
log('logplex-up', { url: logplex.url });

async function stop(): Promise<void> {
  await logplex.stop();
  await stopPulse();
  await bus.close();
  process.exit(0);
}

collectAfterStart();
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
