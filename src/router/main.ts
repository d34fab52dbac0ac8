// The router process: requests in, dynos' answers out.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { openStore } from '../store/open-store.js';
import { startRouter } from './start-router.js';

const config = readConfig();
const store = await openStore({ url: config.databaseUrl, key: readKey(config.keyFile), poolSize: 2 });
const bus = openBus({ url: config.redisUrl });
const lines = openLineWriter(bus);
const router = await startRouter({
  store,
  bus,
  lines,
  domain: config.domain,
  bind: config.bind,
  port: config.routerPort,
  tlsPort: config.routerTlsPort,
  home: config.home,
});
const stopPulse = await startPulse(bus, { process: 'router', node: config.node });

async function stop(): Promise<void> {
  await router.stop();
  await lines.flush();
  await stopPulse();
  await Promise.all([bus.close(), store.close()]);
  log('stopped');
  process.exit(0);
}
process.once('SIGTERM', stop).once('SIGINT', stop);
