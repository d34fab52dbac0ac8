// Docker going away without taking it down.
import { openRelay, type Relay } from './relay.js';

export interface EngineRelay extends Relay {
  dockerHost: string;
}

/** A socket that leads to the real engine. */
export async function openEngineRelay(): Promise<EngineRelay> {
  const relay = await openRelay((process.env['DOCKER_HOST'] ?? '').replace('unix://', '') || '/var/run/docker.sock');
  return Object.assign(relay, { dockerHost: `unix://${relay.path}` });
}
