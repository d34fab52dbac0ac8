// A build container from create to remove: one attach carries everything in and out.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { BUILDER_LABEL, buildContainerSpec, runtimeContainerSpec, type BuildContainer, type RuntimeContainer } from './build-spec.js';
import { isEngineTimeout } from '../calls/engine-timeout.js';
import { waitForEnd } from '../calls/wait-for-end.js';
import { demux } from '../demux.js';
import { dockerOf, type Engine } from '../engine.js';
import { BUILD_LABEL, ofHome } from '../labels.js';
import { limitSocketBuffers } from '../socket-buffers.js';

export interface RunningBuild {
  containerId: string;
  /** What build.sh reads: settings, buildpacks, source. End it after the source. */
  stdin: Duplex;
  /** The result, as protocol.ts reads it. */
  stdout: PassThrough;
  /** What people read. */
  stderr: PassThrough;
  /** Resolves when the container has ended. */
  ended: Promise<BuildEnd>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export interface BuildEnd {
  exitCode: number;
  /** Some process of the build met the memory limit. */
  ranOutOfMemory: boolean;
}

const REMOVAL_PAUSE_MS = 15_000;
const REMOVAL_TRIES = 240;

/**
 * Creates, attaches and starts. Whoever calls it must `remove` in the end. Its name says nothing of the build, which may come
 * later: an engine that renames a container miscounts the ends of its network now and then, which can't be removed any more.
 */
export function startBuildContainer(engine: Engine, spec: BuildContainer): Promise<RunningBuild> {
  return startPiped(engine, { ...buildContainerSpec(spec), name: `slipway-build-${randomBytes(4).toString('hex')}` });
}

/** The same for a container that installs a language runtime. */
export function startRuntimeContainer(engine: Engine, spec: RuntimeContainer): Promise<RunningBuild> {
  return startPiped(engine, runtimeContainerSpec(spec));
}

async function startPiped(engine: Engine, options: Docker.ContainerCreateOptions & { name?: string }): Promise<RunningBuild> {
  const container = await dockerOf(engine).createContainer(options);
  const remove = () => removeContainer(engine, container.id);
  try {
    const stdin = (await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true })) as Duplex;
    const stdout = new PassThrough({ highWaterMark: 1 << 20 });
    const stderr = new PassThrough();
    // Whoever reads them sees the end of both.
    stdin.on('error', () => undefined);
    void demux(stdin, stdout, stderr);
    await container.start();
    limitSocketBuffers(container.id);
    return {
      containerId: container.id,
      stdin,
      stdout,
      stderr,
      ended: waitFor(engine, container.id),
      kill: () => killContainer(engine, container.id),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Removes the build containers that a builder of this home and machine left behind. Returns their builds. */
export async function removeBuildContainers(engine: Engine, homeId: string, node: string): Promise<string[]> {
  const containers = await dockerOf(engine).listContainers({ all: true, filters: ofHome(homeId, BUILD_LABEL, `${BUILDER_LABEL}=${node}`) });
  await Promise.all(containers.map((container) => removeContainer(engine, container.Id)));
  return containers.map((container) => container.Labels[BUILD_LABEL] ?? '');
}

/** The same for a container that looks at the disk of a build, or of volumes: its stdout is lines, as measure.pl tells them. */
export function startMeterContainer(engine: Engine, options: Docker.ContainerCreateOptions): Promise<RunningBuild> {
  return startPiped(engine, options);
}

async function waitFor(engine: Engine, id: string): Promise<BuildEnd> {
  const StatusCode = await waitForEnd(engine, id);
  if (StatusCode === 0) return { exitCode: 0, ranOutOfMemory: false };
  const state = await dockerOf(engine)
    .getContainer(id)
    .inspect()
    .then(
      (info) => info.State,
      () => null,
    );
  return { exitCode: StatusCode, ranOutOfMemory: state?.OOMKilled ?? false };
}

async function killContainer(engine: Engine, id: string): Promise<void> {
  await dockerOf(engine).getContainer(id).kill().catch(ignoreGone);
}

async function removeContainer(engine: Engine, id: string): Promise<void> {
  const remove = () => dockerOf(engine).getContainer(id).remove({ force: true, v: true }).catch(ignoreGone);
  await remove().catch((error: Error) => {
    if (isEngineTimeout(error)) void tryAgain(remove);
    throw error;
  });
}

/** Nobody else would remove it before the builder's next start. */
async function tryAgain(remove: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < REMOVAL_TRIES; tries += 1) {
    await sleep(REMOVAL_PAUSE_MS, undefined, { ref: false });
    const isGone = await remove().then(
      () => true,
      () => false,
    );
    if (isGone) return;
  }
}

/** Not running (409), gone (404), or being removed already: what was wanted. */
function ignoreGone(error: unknown): void {
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== 404 && status !== 409 && status !== 304) throw error;
}
