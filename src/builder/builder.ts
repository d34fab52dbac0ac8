// What every build is given: opened and measured once, when the process starts.
import type { Context } from '../actions/context.js';
import type { Engine } from '../docker/engine.js';
import type { BlobPlace } from './upload.js';

export interface BuildLimits {
  seconds: number;
  memoryMb: number;
  diskMb: number;
  slugMb: number;
  sourceMb: number;
  pids: number;
}

export interface Builder {
  ctx: Context;
  engine: Engine;
  homeId: string;
  /** This machine's name: builds are claimed under it. */
  node: string;
  image: string;
  network: string;
  runtimesVolume: string;
  seccomp: string | null;
  caBundle: string | null;
  buildEnv: Record<string, string>;
  limits: BuildLimits;
  blobs: BlobPlace;
  /** Where apps answer. */
  place: { domain: string; routerPort: number };
  /** A directory of this builder's own for files on their way. */
  tempDir: string;
  detectOrder: readonly string[];
}
