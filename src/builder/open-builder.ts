// What a builder needs before its first build: image, network, volume, directories.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../actions/context.js';
import { removeBuildContainers } from '../docker/build/build-container.js';
import { findCaBundle } from '../docker/ca-bundle.js';
import type { Engine } from '../docker/engine.js';
import { ensureNetwork } from '../docker/network/network.js';
import { seccompProfile } from '../docker/seccomp.js';
import { DETECT_ORDER } from '../model/build/buildpack.js';
import { DEFAULT_STACK, type ImagesByStack } from '../model/build/stack.js';
import { reachableHosts } from './input/build-env.js';
import type { Builder } from './deps.js';
import { openEndings } from './machine/endings.js';
import { openFetchGuard } from '../outbound/fetch-guard.js';
import { openSpares } from './machine/spares.js';
import { openBuildStacks } from './machine/stacks.js';

export interface BuilderSettings {
  ctx: Context;
  engine: Engine;
  /** How it is reached; empty for this machine's. */
  dockerHost: string;
  key: Buffer;
  homeId: string;
  node: string;
  home: string;
  runDir: string;
  redisUrl: string;
  internalUrl: string;
  domain: string;
  routerPort: number;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  images: ImagesByStack;
  buildConcurrency: number;
  buildTimeoutS: number;
  buildMemoryMb: number;
  buildDiskMb: number;
  slugLimitMb: number;
  buildCacheMb: number;
  buildOutputMb: number;
  buildProcesses: number;
  /** Hosts (`name` or `name:port`) that URLs people give may lead to though they are not public. */
  fetchAllow: string[];
  /** Variables for every build: proxies, registries. */
  buildEnv: Record<string, string>;
  /** Whether buildpacks may be fetched by file:// URLs. */
  buildpackFileUrls: boolean;
  /** How many containers may wait for the next build of an app that was built lately. */
  spareBuilds?: number;
  /** The clock by which runtimes grow old. */
  now?: () => number;
  /** How long fetching a buildpack may take. */
  buildpackTimeoutMs?: number;
  /** How long fetching a source by git may take, and how much one file of it may be. */
  sourceTimeoutMs?: number;
  sourceFetchMb?: number;
}

const SOURCE_LIMIT_MB = 1024;
const FETCH_MS = 90_000;
const SOURCE_FETCH_MS = 300_000;
const SPARES = 3;

/** Makes what is missing, removes what an earlier builder of this machine left behind. Throws when Docker doesn't answer. */
export async function openBuilder(s: BuilderSettings, engineNews: Builder['engineNews']): Promise<Builder> {
  const { engine, homeId, node } = s;
  await removeBuildContainers(engine, homeId, node);
  const tempDir = join(s.runDir, 'builder');
  rmSync(tempDir, { recursive: true, force: true });
  mkdirSync(tempDir, { recursive: true, mode: 0o700 });
  const ensureBuildNetwork = () => ensureNetwork(engine, { homeId, kind: 'builds', allow: reachableHosts(s.buildEnv) });
  const network = await ensureBuildNetwork();
  const limits = {
    seconds: s.buildTimeoutS,
    memoryMb: s.buildMemoryMb,
    diskMb: s.buildDiskMb,
    slugMb: s.slugLimitMb,
    sourceMb: SOURCE_LIMIT_MB,
    cacheMb: s.buildCacheMb,
    outputMb: s.buildOutputMb,
    pids: s.buildProcesses,
  };
  const place = { homeId, node, network: network.name, seccomp: seccompProfile(), caBundle: findCaBundle(), buildEnv: s.buildEnv, limits };
  const blobs = { internalUrl: s.internalUrl, key: s.key };
  const offered = Object.fromEntries(Object.entries(s.images).filter(([name]) => s.stacks.includes(name)));
  const stacks = openBuildStacks({
    engine,
    images: offered,
    place,
    ensureNetwork: ensureBuildNetwork,
    buildpacksDir: buildpacksDir(),
    blobs,
    tempDir,
    stateDir: join(s.home, 'runtimes'),
    ...(s.now && { now: s.now }),
  });
  await stacks.open(s.stacks[0] ?? DEFAULT_STACK);
  const packs = {
    cacheDir: join(s.home, 'buildpacks'),
    tempDir,
    timeoutMs: s.buildpackTimeoutMs ?? FETCH_MS,
    allowsFiles: s.buildpackFileUrls,
    guard: openFetchGuard(s.fetchAllow),
  };
  return {
    ...place,
    ctx: s.ctx,
    engine,
    engineNews,
    blobs,
    tempDir,
    stacks,
    ensureNetwork: ensureBuildNetwork,
    endings: openEndings(),
    spares: openSpares({ homeId, engine, stacks, spares: s.spareBuilds ?? SPARES }),
    packs,
    sources: {
      ...packs,
      allowsFiles: false,
      timeoutMs: s.sourceTimeoutMs ?? SOURCE_FETCH_MS,
      maxMb: s.sourceFetchMb ?? SOURCE_LIMIT_MB,
    },
    place: { domain: s.domain, routerPort: s.routerPort },
    detectOrder: DETECT_ORDER,
  };
}

/** The project's folder of buildpacks, seen from `src` or from `dist/src`. */
function buildpacksDir(): string {
  const here = import.meta.dirname;
  return resolve(here, here.includes('/dist/') ? '../../../buildpacks' : '../../buildpacks');
}
