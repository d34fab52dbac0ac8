// The router process: requests in, dynos' answers out.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { SERVING, successionSocket } from '../model/succession.js';
import { readSizes } from '../read-sizes.js';
import { openStore } from '../store/open-store.js';
import { startRouter } from './start-router.js';
import { hearSuccessors } from './succession.js';

/** How long what began before a hand-over may take: streams and sockets that never end are cut then. */
const RETIRE_WITHIN_MS = 300_000;

const config = readConfig();
const sizes = await readSizes(config);
const key = readKey(config.keyFile);
const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key, poolSize: 2 }), { forMs: 60_000 });
const bus = openBus({ url: config.redisUrl });
const lines = openLineWriter(bus);
const router = await startRouter({ ...config, sizes, store, bus, lines, port: config.routerPort, tlsPort: config.routerTlsPort });
const stopPulse = await startPulse(bus, { process: 'router', node: config.node });
hearSuccessors({ path: successionSocket(config.runDir), servers: router.servers, onReplaced: () => void retire() });
if (process.send) process.send(SERVING, () => process.disconnect());

/** A successor has our sockets. */
async function retire(): Promise<void> {
  log('replaced', { process: 'router' });
  await stopPulse('replaced');
  await router.retire(RETIRE_WITHIN_MS);
  await end();
}

async function stop(): Promise<void> {
  await router.stop();
  await stopPulse();
  await end();
}

async function end(): Promise<void> {
  await lines.flush();
  await Promise.allSettled([bus.close(), store.close()]);
  log('stopped', { process: 'router' });
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
