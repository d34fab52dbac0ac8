// What the parts of the dyno manager are given.
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import type { Running } from '../docker/dyno/dyno-container.js';
import type { DynoPlace } from '../docker/dyno/dyno-spec.js';
import type { WaitingDyno } from '../docker/dyno/waiting-dyno.js';
import type { Engine } from '../docker/engine.js';
import type { WantedDyno } from '../model/formation.js';
import type { ImagesByStack } from '../model/build/stack.js';
import type { Store } from '../store/open-store.js';
import type { Ends } from './ends.js';
import type { Networks } from './ahead/networks.js';

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

export interface SpareDynos {
  /** Starts one for the app's next release, if it has room or is worth it. Never throws. */
  prepare(appId: string): Promise<void>;
  /** The same for a new app's first release. */
  welcome(appId: string): Promise<void>;
  /** The same in a moment: what the release has still to do comes first. */
  prepareSoon(appId: string): void;
  /** Ids of the rows that they are for: nobody else may touch their containers, also before there are such rows. */
  ids(): string[];
  /** The id that the row of a new dyno must have to get what was prepared for it. */
  idFor(appId: string, dyno: Pick<WantedDyno, 'name' | 'releaseVersion'>): string | undefined;
  /** Digests of the layers that the image has on which a container waits for this row; undefined when none does. */
  waitsOn(dyno: { id: string; appId: string }): readonly string[] | undefined;
  /** What was prepared for this dyno; null when nothing was, or it doesn't fit and is gone now. */
  take(dyno: DynoPlace): Promise<Started<WaitingDyno> | null>;
  /** Removes the app's, if there is one. */
  drop(appId: string): Promise<void>;
  close(): Promise<void>;
}

export interface Started<T> {
  container: T;
  running: Running;
}
