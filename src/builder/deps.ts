// What every build is given: opened and measured once, when the process starts.
import type { Context } from '../actions/context.js';
import type { EngineWatch } from '../docker/engine-watch.js';
import type { Engine } from '../docker/engine.js';
import type { Endings } from './machine/endings.js';
import type { FetchSettings } from '../outbound/git.js';
import type { Spares } from './machine/spares.js';
import type { BuildStacks } from './machine/stacks.js';
import type { BlobServer } from './result/upload.js';

export interface BuildLimits {
  seconds: number;
  memoryMb: number;
  diskMb: number;
  slugMb: number;
  sourceMb: number;
  /** The largest cache that is kept for the next build. */
  cacheMb: number;
  outputMb: number;
  pids: number;
}

export interface Builder {
  ctx: Context;
  homeId: string;
  /** This machine's name: what its builder left behind is found by it. */
  node: string;
  /** Name of the bridge of builds. */
  network: string;
  /** Finds that bridge, or makes it: someone may have removed it while there was no build. */
  ensureNetwork(): Promise<unknown>;
  /** The operator's variables for every build. */
  buildEnv: Record<string, string>;
  engine: Engine;
  /** Tells when the engine is in trouble, and when it isn't any more. */
  engineNews: Pick<EngineWatch, 'hear' | 'look'>;
  limits: BuildLimits;
  spares: Spares;
  endings: Endings;
  stacks: BuildStacks;
  /** How buildpacks from elsewhere are fetched. */
  packs: FetchSettings;
  /** How sources are fetched by git. */
  sources: FetchSettings;
  blobs: BlobServer;
  /** Where apps answer. */
  place: { domain: string; routerPort: number };
  /** A directory of this builder's own for files on their way. */
  tempDir: string;
  detectOrder: readonly string[];
}
