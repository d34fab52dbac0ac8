// The dynos process: runs releases in containers.
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import { readConfig } from '../config.js';
import { openEngine } from '../docker/engine.js';
import { liftUserLimits } from '../docker/user-limits.js';
import { systemClock } from '../lib/async/clock.js';
import { watchCertificate } from '../lib/certificate.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import { readSizes } from '../read-sizes.js';
import { keepNamingApps } from '../store/keep-naming-apps.js';
import { openStore } from '../store/open-store.js';
import { openEngineDriver } from './engine/open-engine-driver.js';
import { openRoom } from './life/room.js';
import { openOneOffs } from './one-off/one-offs.js';
import { startOutput } from './output/start-output.js';
import { startDynos } from './start-dynos.js';

const config = readConfig();
const sizes = await readSizes(config);
const key = readKey(config.keyFile);
const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key }), { forMs: 60_000 });
keepNamingApps(store);
const bus = openBus({ url: config.redisUrl });
const lines = openLineWriter(bus);
const engine = openEngine(config);
liftUserLimits();
const output = startOutput({ engine, bus, homeId: config.homeId });
const driver = openEngineDriver({ ...config, sizes, store, engine, drainOutput: output.drainOutput });
bus.subscribe('addon-changed', driver.doors.lookSoon).catch(() => undefined);
const clock = systemClock;
const door = { port: config.rendezvousPort, host: config.bind, certificate: watchCertificate(config.home) };
const room = openRoom({ ...config, sizes, store, lines, clock });
const cycleAfterMs = config.cycleAfterS * 1000;
const oneOffs = openOneOffs({ ...driver.parts, bus, lines, driver, clock, room, cycleAfterMs }, door);
const bootTimeoutMs = config.bootTimeoutS * 1000;
const dynos = startDynos({ ...config, sizes, store, bus, lines, driver, clock, room, oneOffs, bootTimeoutMs, cycleAfterMs });
const stopPulse = await startPulse(bus, { process: 'dynos', node: config.node }, () => ({
  trouble: dynos.trouble(),
  dynoMemoryMb: config.dynoMemoryMb,
}));

async function stop(): Promise<void> {
  await Promise.all([dynos.stop(), output.stop()]);
  await lines.flush();
  await stopPulse();
  await Promise.allSettled([bus.close(), store.close()]);
  log('stopped', { process: 'dynos' });
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
