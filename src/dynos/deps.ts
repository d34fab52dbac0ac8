// What the parts of the dyno manager are given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { Engine } from '../docker/engine.js';
import type { ImagesByStack } from '../model/build/stack.js';
import type { Store } from '../store/open-store.js';
import type { Ends } from './ends.js';
import type { Networks } from './ahead/networks.js';
import type { SpareDynos } from './ahead/spare-dynos.js';

export interface Deps {
  store: Store;
  bus: Bus;
  lines: LineWriter;
  engine: Engine;
  /** The home whose dynos these are, and this machine's name. */
  homeId: string;
  node: string;
  domain: string;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  images: ImagesByStack;
  /** Where blobs are served: `http://host:port`. */
  internalUrl: string;
  bootTimeoutMs: number;
  /** The most that a release command may print, as of a build, in MB. */
  buildOutputMb: number;
  caBundle: string | null;
  networks: Pick<Networks, 'network' | 'spares' | 'lookAgain'>;
  spareDynos: SpareDynos;
  ends: Ends;
  /** Ids of releases of which a dyno couldn't take files by itself: theirs have all in their image. */
  notTaken: Set<string>;
  /** Resolves when all a container printed is in the log. */
  drainOutput: (containerId: string) => Promise<void>;
}
