// The one place that knows how to reach a Docker engine.
import { createRequire, Module } from 'node:module';
import type Dockerode from 'dockerode';

export type Engine = Dockerode;

const Docker = withoutSessions();

/** A client for DOCKER_HOST (`unix://…`, `tcp://host:port`), or for the default socket when it is empty. */
export function openEngine(o: { dockerHost: string }): Engine {
  if (o.dockerHost === '') return new Docker({ socketPath: '/var/run/docker.sock' });
  const url = new URL(o.dockerHost);
  if (url.protocol === 'unix:') return new Docker({ socketPath: url.pathname });
  return new Docker({ protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.hostname, port: Number(url.port || 2375) });
}

/** dockerode, but for its BuildKit sessions: they bring gRPC along, 17 MB in each process, and nothing of ours opens one. */
function withoutSessions(): typeof Dockerode {
  const require = createRequire(import.meta.url);
  const sessions = createRequire(require.resolve('dockerode')).resolve('./session');
  require.cache[sessions] ??= Object.assign(new Module(sessions), { loaded: true, exports: refuseSession });
  return require('dockerode') as typeof Dockerode;
}

function refuseSession(): never {
  throw new Error('BuildKit sessions of dockerode are not loaded (src/docker/engine.ts)');
}

/** Whether the engine answers within `ms`. */
export async function isEngineUp(engine: Engine, ms = 2_000): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), ms).unref());
  return Promise.race([engine.ping().then(() => true, () => false), late]);
}
