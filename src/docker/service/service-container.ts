// The calls to the engine that the life of an add-on of our own consists of. Its container and its volume have one name, by the
// add-on's id, so that whatever is asked twice is there once.
import { PassThrough, type Duplex } from 'node:stream';
import { demux } from '../demux.js';
import { dockerOf, type Engine } from '../engine.js';
import { ADDON_LABEL, MADE_ON_LABEL, SPEC_LABEL, ofHome } from '../labels.js';
import { serviceContainer, serviceName, volumeLabels, type ServiceSpec } from './service-spec.js';

/** Longer than what is run inside takes, within its own limits. */
const RUN_MS = 40_000;
/** Longer than a server of ours takes to write down what it has in memory; it is killed then, and has lost nothing either. */
const STOP_S = 20;

export interface RunningService {
  containerId: string;
  addonId: string;
  isRunning: boolean;
}

/** Those of this home, whatever their state. */
export async function listServices(engine: Engine, homeId: string): Promise<RunningService[]> {
  const found = await dockerOf(engine).listContainers({ all: true, filters: ofHome(homeId, ADDON_LABEL) });
  return found.map(({ Id, Labels, State }) => ({ containerId: Id, addonId: Labels[ADDON_LABEL] ?? '', isRunning: State === 'running' }));
}

/** The stack that its data were made on, and the image of its container; undefined where there is none. */
export async function readServiceOrigin(
  engine: Engine,
  addonId: string,
): Promise<{ stack?: string | undefined; image?: string | undefined }> {
  const docker = dockerOf(engine);
  const [volume, container] = await Promise.all([
    docker.getVolume(serviceName(addonId)).inspect().catch(ignore(404)),
    docker.getContainer(serviceName(addonId)).inspect().catch(ignore(404)),
  ]);
  return { stack: volume?.Labels?.[MADE_ON_LABEL], image: container?.Config.Image };
}

/** Has it run as the spec says: made where there is none, made anew around its volume where it is otherwise, started where it has ended. */
export async function ensureService(engine: Engine, spec: ServiceSpec): Promise<void> {
  const options = serviceContainer(spec);
  const docker = dockerOf(engine);
  const container = docker.getContainer(options.name);
  const found = await container.inspect().catch(ignore(404));
  if (found && found.Config.Labels[SPEC_LABEL] !== options.Labels?.[SPEC_LABEL]) await removeServiceContainer(engine, spec.addonId);
  else if (found && (await isStarted(engine, spec.addonId))) return;
  await docker.createVolume({ Name: options.name, Driver: 'local', Labels: volumeLabels(spec) });
  await removeServiceContainer(engine, spec.addonId);
  await (await docker.createContainer(options)).start();
}

/** Starts it where it has ended; false where it can't be: its network is gone, for one. */
async function isStarted(engine: Engine, addonId: string): Promise<boolean> {
  return dockerOf(engine)
    .getContainer(serviceName(addonId))
    .start()
    .then(
      () => true,
      (error: { statusCode?: number }) => error.statusCode === 304,
    );
}

/** Ends it in good order, and removes it; its data stays. */
export async function removeServiceContainer(engine: Engine, addonId: string): Promise<void> {
  const container = dockerOf(engine).getContainer(serviceName(addonId));
  await container.stop({ t: STOP_S }).catch(ignore(304, 404));
  await container.remove({ force: true, v: false }).catch(ignore(404));
}

/** Removes it with its data, for good. */
export async function removeService(engine: Engine, addonId: string): Promise<void> {
  await dockerOf(engine).getContainer(serviceName(addonId)).remove({ force: true }).catch(ignore(404));
  await dockerOf(engine).getVolume(serviceName(addonId)).remove().catch(ignore(404));
}

/** How it ended last; null while it runs. */
export async function readServiceExit(engine: Engine, addonId: string): Promise<{ status: number; outOfMemory: boolean } | null> {
  const found = await dockerOf(engine).getContainer(serviceName(addonId)).inspect().catch(ignore(404));
  if (!found || found.State.Running) return null;
  return { status: found.State.ExitCode, outOfMemory: found.State.OOMKilled };
}

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command inside and waits for its end, for a while: as its user, within its limits. What isn't to be seen in arguments goes
 * into `env`.
 */
export async function runInService(
  engine: Engine,
  addonId: string,
  o: { command: string[]; env?: Record<string, string>; withinMs?: number },
): Promise<Ran> {
  const exec = await dockerOf(engine)
    .getContainer(serviceName(addonId))
    .exec({
      Cmd: o.command,
      Env: Object.entries(o.env ?? {}).map(([name, value]) => `${name}=${value}`),
      AttachStdout: true,
      AttachStderr: true,
    });
  const stream: Duplex = await exec.start({ hijack: true, stdin: false });
  const late = setTimeout(() => stream.destroy(), o.withinMs ?? RUN_MS);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [, out, err] = await Promise.all([demux(stream, stdout, stderr), text(stdout), text(stderr)]);
  clearTimeout(late);
  const { ExitCode } = await exec.inspect();
  if (ExitCode === null) throw new Error('What runs inside does not end');
  return { status: ExitCode, stdout: out, stderr: err };
}

async function text(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function ignore(...statuses: number[]): (error: { statusCode?: number }) => undefined {
  return (error) => {
    if (!statuses.includes(error.statusCode ?? 0)) throw error;
  };
}
