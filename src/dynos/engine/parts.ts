// What the parts of the engine driver are given.
import type { Running } from '../../docker/dyno/dyno-container.js';
import type { DynoPlace } from '../../docker/dyno/dyno-spec.js';
import type { WaitingDyno } from '../../docker/dyno/waiting-dyno.js';
import type { Engine } from '../../docker/engine.js';
import type { SizeTable } from '../../model/dyno-size.js';
import type { ImagesByStack } from '../../model/build/stack.js';
import type { Store } from '../../store/open-store.js';
import type { Ahead } from '../driver.js';
import type { Networks } from './ahead/networks.js';
import type { Doors } from './doors.js';
import type { Ends } from './ends.js';

export interface EngineParts {
  store: Store;
  engine: Engine;
  /** The home whose dynos these are. */
  homeId: string;
  domain: string;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  images: ImagesByStack;
  sizes: SizeTable;
  /** Where blobs are served: `http://host:port`. */
  internalUrl: string;
  caBundle: string | null;
  networks: Pick<Networks, 'network' | 'spares' | 'lookAgain'>;
  doors: Pick<Doors, 'admit'>;
  spareDynos: SpareDynos;
  ends: Ends;
  /** Ids of releases of which a dyno couldn't take files by itself: theirs have all in their image. */
  notTaken: Set<string>;
  /** Resolves when all a container printed is in the log. */
  drainOutput: (containerId: string) => Promise<void>;
}

export interface SpareDynos extends Ahead {
  /** Ids of the rows that they are for: nobody else may touch their containers, also before there are such rows. */
  ids(): string[];
  /** Digests of the layers that the image has on which a container waits for this row; undefined when none does. */
  waitsOn(dyno: { id: string; appId: string }): readonly string[] | undefined;
  /** What was prepared for this dyno; null when nothing was, or it doesn't fit and is gone now. */
  take(dyno: DynoPlace): Promise<Started<WaitingDyno> | null>;
  close(): Promise<void>;
}

export interface Started<T> {
  container: T;
  running: Running;
}
