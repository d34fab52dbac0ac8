// The one place that knows how to reach a Docker engine.
import Docker from 'dockerode';

export type Engine = Docker;

/** A client for DOCKER_HOST (`unix://…`, `tcp://host:port`), or for the default socket when it is empty. */
export function openEngine(o: { dockerHost: string }): Engine {
  if (o.dockerHost === '') return new Docker({ socketPath: '/var/run/docker.sock' });
  const url = new URL(o.dockerHost);
  if (url.protocol === 'unix:') return new Docker({ socketPath: url.pathname });
  return new Docker({ protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.hostname, port: Number(url.port || 2375) });
}

/** Whether the engine answers within `ms`. */
export async function isEngineUp(engine: Engine, ms = 2_000): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), ms).unref());
  return Promise.race([engine.ping().then(() => true, () => false), late]);
}
