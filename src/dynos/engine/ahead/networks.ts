// Where dynos get their network from: the home's bridge, made when it is first wanted, and spare places on it.
import { killContainer } from '../../../docker/dyno/dyno-container.js';
import type { Engine } from '../../../docker/engine.js';
import { ensureNetwork, type Network } from '../../../docker/network/network.js';
import { openSpareNetworks, type SpareNetworks } from '../../../docker/network/spare-networks.js';
import { log } from '../../../lib/log.js';
import { DEFAULT_STACK, type ImagesByStack } from '../../../model/build/stack.js';

export interface Networks {
  network(): Promise<Network>;
  spares: Pick<SpareNetworks, 'take'>;
  /** Looks for the network again, and makes what is missing: someone removed it, or the engine was restarted. */
  lookAgain(): void;
  /** Soon puts the spare places in order; many calls are one. */
  tidySoon(): void;
  close(): Promise<void>;
}

const TIDY_AFTER_MS = 300;

/** The networks of this home's dynos. Nothing is made before `network` or `lookAgain` is called. */
export function openNetworks(o: {
  engine: Engine;
  homeId: string;
  stacks: readonly string[];
  images: ImagesByStack;
  spareNetworks: number;
}): Networks {
  let found: Promise<Network> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const image = o.images[o.stacks[0] ?? DEFAULT_STACK]?.run ?? '';
  const spares = openSpareNetworks({ ...o, image, size: o.spareNetworks, network });

  function network(): Promise<Network> {
    found ??= ensureNetwork(o.engine, { homeId: o.homeId, kind: 'dynos' }).catch((error: Error) => {
      found = null;
      throw error;
    });
    return found;
  }

  async function tidy(): Promise<void> {
    try {
      // A dyno that lost its network can't be reached: it ends, and is started like any that has crashed.
      for (const containerId of await spares.tidy()) await killContainer(o.engine, containerId);
      await network();
      await spares.refill();
    } catch (error) {
      found = null;
      log('networks-not-made', { error: (error as Error).message });
    }
  }

  function tidySoon(): void {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void tidy(), TIDY_AFTER_MS);
  }

  return {
    network,
    spares,
    tidySoon,
    lookAgain() {
      found = null;
      tidySoon();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await spares.close();
    },
  };
}
