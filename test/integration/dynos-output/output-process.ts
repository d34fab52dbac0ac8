// A process that does nothing but follow output; tests kill it. Arguments: Redis, home id.
import { openBus } from '../../../src/bus/open-bus.js';
import { openEngine } from '../../../src/docker/engine.js';
import { startOutput } from '../../../src/dynos/output/start-output.js';

const [url = '', homeId = ''] = process.argv.slice(2);
startOutput({ engine: openEngine({ dockerHost: process.env['DOCKER_HOST'] ?? '' }), bus: openBus({ url }), homeId });
