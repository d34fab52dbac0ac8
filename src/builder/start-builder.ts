// Brings a builder up: what the last one left is ended, the image is made, then builds are taken.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../actions/context.js';
import { removeBuildContainers } from '../docker/build-container.js';
import { ensureBuildImage } from '../docker/build-image.js';
import { ensureRuntimesVolume } from '../docker/build-volumes.js';
import { findCaBundle } from '../docker/ca-bundle.js';
import type { Engine } from '../docker/engine.js';
import { ensureNetwork } from '../docker/network.js';
import { seccompProfile } from '../docker/seccomp.js';
import { log } from '../lib/log.js';
import { DETECT_ORDER } from '../model/buildpack.js';
import { workJobs } from '../queue/open-queue.js';
import type { Builder } from './builder.js';
import { openRuntimes } from './runtimes.js';
import { plainFailure } from './texts.js';
import { stopBuild, workBuild, type RunningBuilds } from './work-build.js';

export interface BuilderSettings {
  ctx: Context;
  engine: Engine;
  key: Buffer;
  homeId: string;
  node: string;
  home: string;
  runDir: string;
  redisUrl: string;
  internalUrl: string;
  domain: string;
  routerPort: number;
  runImage: string;
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

const SOURCE_LIMIT_MB = 1024;
const BUILDPACKS_DIR = resolve(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../../buildpacks' : '../../buildpacks');

/** Starts taking builds. */
export async function startBuilder(s: BuilderSettings): Promise<StartedBuilder> {
  const b = await prepare(s);
  const running: RunningBuilds = new Map();
  const stopListening = await s.ctx.bus.subscribe('build-cancel', ({ buildId }) => stopBuild(running, buildId, null));
  const worker = workJobs({ url: s.redisUrl, concurrency: s.buildConcurrency }, 'build', ({ buildId }) => workBuild(b, running, buildId));
  const stopRefreshing = refreshRuntimes(b);
  return {
    pulse: () => ({}),
    async stop() {
      stopRefreshing();
      for (const id of running.keys()) stopBuild(running, id, STOPPED);
      stopListening();
      await worker.close(4_000);
    },
  };
}

/** Keeps the runtimes fresh: now, then every hour; after a failure sooner. */
function refreshRuntimes(b: Builder): () => void {
  let timer: NodeJS.Timeout;
  const refresh = async () => {
    const isFresh = await b.runtimes.refresh('node').then(() => true, (error: Error) => void log('runtimes-not-refreshed', { error: error.message }));
    timer = setTimeout(refresh, isFresh ? REFRESH_MS : RETRY_MS).unref();
  };
  timer = setTimeout(refresh, 0);
  return () => clearTimeout(timer);
}

const REFRESH_MS = 3_600_000;
const RETRY_MS = 60_000;
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
  const place = {
    homeId,
    node,
    image,
    network: network.id,
    runtimesVolume,
    seccomp: seccompProfile(),
    caBundle: findCaBundle(),
    buildEnv: s.buildEnv,
    limits: { seconds: s.buildTimeoutS, memoryMb: s.buildMemoryMb, diskMb: s.buildDiskMb, slugMb: s.slugLimitMb, sourceMb: SOURCE_LIMIT_MB, pids: 2048 },
  };
  const blobs = { internalUrl: s.internalUrl, key: s.key };
  const runtimes = openRuntimes({ ...place, engine, blobs, tempDir, runImage: s.runImage, stateDir: join(s.home, 'runtimes') });
  return { ...place, ctx: s.ctx, engine, runtimes, blobs, tempDir, place: { domain: s.domain, routerPort: s.routerPort }, detectOrder: DETECT_ORDER };
}
