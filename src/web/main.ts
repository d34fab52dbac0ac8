// The web process: the API, git and the dashboard on one port. It listens before it loads what answers, which takes longer.
import { readConfig } from '../config.js';
import { collectAfterStart } from '../lib/collect-garbage.js';
import { readSizes } from '../read-sizes.js';
import { listenEarly } from './early-door.js';

const config = readConfig();
const sizes = await readSizes(config);
const door = await listenEarly({ port: config.apiPort, host: config.bind });
const { runWeb } = await import('./run-web.js');
const end = await runWeb({ ...config, sizes }, door);

async function stop(): Promise<void> {
  await end();
  process.exit(0);
}
collectAfterStart();
process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
