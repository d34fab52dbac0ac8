// The one place that knows how to reach a Docker engine.
import { createRequire, Module } from 'node:module';
import type Dockerode from 'dockerode';
import { within } from '../lib/async/within.js';
import { boundDial, type Dial } from './calls/bounded-dial.js';
import { DEADLINES, type Deadlines } from './calls/deadlines.js';
import { openGate } from './calls/gate.js';

declare const OPAQUE: unique symbol;

/** A Docker engine, as everybody but this room has it: to pass on, not to call. */
export interface Engine {
  readonly [OPAQUE]: true;
}

const Docker = lightDockerode();

/**
 * A client for DOCKER_HOST (`unix://…`, `tcp://host:port`), or for the default socket when it is empty. Each of its calls has
 * a deadline, and throws EngineTimeout when an answer is late; so many go out at a time, starts before removals.
 */
export function openEngine(o: { dockerHost: string; deadlines?: Deadlines }): Engine {
  const docker = new Docker(address(o.dockerHost));
  const modem = docker.modem as { dial: Dial };
  modem.dial = boundDial(modem.dial.bind(docker.modem), { gate: openGate(), deadlines: o.deadlines ?? DEADLINES });
  return docker as Dockerode & Engine;
}

/** What an engine is called by. For this room only (and for tests): whoever else needs a call has a function made for it here. */
export function dockerOf(engine: Engine): Dockerode & Engine {
  return engine as Dockerode & Engine;
}

function address(dockerHost: string): Dockerode.DockerOptions {
  if (dockerHost === '') return { socketPath: '/var/run/docker.sock' };
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  return { protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.hostname, port: Number(url.port || 2375) };
}

/**
 * dockerode, but for its BuildKit sessions and for ssh: they bring gRPC and ssh2 along, 20 MB in each process, and nothing of
 * ours opens one.
 */
function lightDockerode(): typeof Dockerode {
  const require = createRequire(import.meta.url);
  const fromDockerode = createRequire(require.resolve('dockerode'));
  const fromModem = createRequire(fromDockerode.resolve('docker-modem'));
  for (const path of [fromDockerode.resolve('./session'), fromModem.resolve('./ssh')]) {
    require.cache[path] ??= Object.assign(new Module(path), { loaded: true, exports: refuse });
  }
  return require('dockerode') as typeof Dockerode;
}

function refuse(): never {
  throw new Error('BuildKit sessions and ssh of dockerode are not loaded (src/docker/engine.ts)');
}

/** Whether the engine answers within `ms`. */
export async function isEngineUp(engine: Engine, ms = 2_000): Promise<boolean> {
  const answer = dockerOf(engine)
    .ping()
    .then(
      () => true,
      () => false,
    );
  return within(ms, answer, () => false);
}
