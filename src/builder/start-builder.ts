// Brings a builder up: what the last one left is ended, the image is made, then builds are taken.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../actions/context.js';
import { removeBuildContainers } from '../docker/build-container.js';
import { ensureBuildImage } from '../docker/build-image.js';
import { ensureRuntimesVolume } from '../docker/build-volumes.js';
import type { Engine } from '../docker/engine.js';
import { ensureNetwork } from '../docker/network.js';
import { seccompProfile } from '../docker/seccomp.js';
import { DETECT_ORDER } from '../model/buildpack.js';
import { workJobs } from '../queue/open-queue.js';
import type { Builder } from './builder.js';
import { plainFailure } from './texts.js';
import { stopBuild, workBuild, type RunningBuilds } from './work-build.js';

export interface BuilderSettings {
  ctx: Context;
  engine: Engine;
  key: Buffer;
  homeId: string;
  node: string;
  runDir: string;
  redisUrl: string;
  internalUrl: string;
  domain: string;
  routerPort: number;
  buildImage: string;
  buildConcurrency: number;
  buildTimeoutS: number;
  buildMemoryMb: number;
  buildDiskMb: number;
  slugLimitMb: number;
  buildEnv: Record<string, string>;
}

export interface StartedBuilder {
  pulse(): { trouble?: string };
  stop(): Promise<void>;
}

const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const SOURCE_LIMIT_MB = 1024;
const BUILDPACKS_DIR = resolve(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../../buildpacks' : '../../buildpacks');

/** Starts taking builds. */
export async function startBuilder(s: BuilderSettings): Promise<StartedBuilder> {
  const b = await prepare(s);
  const running: RunningBuilds = new Map();
  const stopListening = await s.ctx.bus.subscribe('build-cancel', ({ buildId }) => stopBuild(running, buildId, null));
  const worker = workJobs({ url: s.redisUrl, concurrency: s.buildConcurrency }, 'build', ({ buildId }) => workBuild(b, running, buildId));
  return {
    pulse: () => ({}),
    async stop() {
      for (const id of running.keys()) stopBuild(running, id, STOPPED);
      stopListening();
      await worker.close(4_000);
    },
  };
}

const STOPPED = plainFailure('The builder was stopped while it worked on this build. Push again.');

async function prepare(s: BuilderSettings): Promise<Builder> {
  const { engine, homeId, node } = s;
  await removeBuildContainers(engine, homeId, node);
  const tempDir = join(s.runDir, 'builder');
  rmSync(tempDir, { recursive: true, force: true });
  mkdirSync(tempDir, { recursive: true, mode: 0o700 });
  const [image, network, runtimesVolume] = await Promise.all([
    ensureBuildImage(engine, { homeId, stackImage: s.buildImage, buildpacksDir: BUILDPACKS_DIR }),
    ensureNetwork(engine, { homeId, kind: 'builds' }),
    ensureRuntimesVolume(engine, homeId),
  ]);
  return {
    ctx: s.ctx,
    engine,
    homeId,
    node,
    image,
    network: network.id,
    runtimesVolume,
    seccomp: seccompProfile(),
    caBundle: existsSync(CA_BUNDLE) ? CA_BUNDLE : null,
    buildEnv: s.buildEnv,
    limits: { seconds: s.buildTimeoutS, memoryMb: s.buildMemoryMb, diskMb: s.buildDiskMb, slugMb: s.slugLimitMb, sourceMb: SOURCE_LIMIT_MB, pids: 2048 },
    blobs: { internalUrl: s.internalUrl, key: s.key },
    place: { domain: s.domain, routerPort: s.routerPort },
    tempDir,
    detectOrder: DETECT_ORDER,
  };
}
