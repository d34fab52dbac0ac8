// Lets dynos reach the add-ons of their apps that run here, and no others: the rules are made anew from what runs and what is
// attached, whenever either may have changed. A dyno has its own before it is handed on; where it is faster, its first packet is
// repeated by the kernel.
import { listAddresses } from '../../docker/network/addresses.js';
import { doorRules, openDoors, type Addresses } from '../../docker/network/doors.js';
import type { Engine } from '../../docker/engine.js';
import { log } from '../../lib/log.js';
import { listReach } from '../../store/addon/attachments.js';
import type { Store } from '../../store/open-store.js';

export interface Doors {
  /** A dyno of this app has come to this address: it has the doors of its app, and none that somebody had there before. */
  admit(appId: string, address: string): Promise<void>;
  /** Soon looks what there is to open and to close; many calls are one. */
  lookSoon(): void;
  close(): Promise<void>;
}

const LOOK_AFTER_MS = 50;
const LOOK_EVERY_MS = 10_000;

type Reach = Awaited<ReturnType<typeof listReach>>;

interface DoorParts {
  engine: Engine;
  homeId: string;
  store: Store;
}

const WORLD = { listReach, listAddresses, openDoors };

export function keepDoors({ engine, homeId, store }: DoorParts, world: typeof WORLD = WORLD): Doors {
  /** What is in force, and of what it was made; null until it is known. */
  let known: { rules: readonly string[]; addresses: Addresses; reach: Reach } | null = null;
  let looking: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  /** Somebody else may have changed the kernel's rules. */
  let isDoubted = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let trouble: string | undefined;

  /** Whoever asks while somebody looks waits for the look after that, which may have read before; and for no other. */
  function look(): Promise<void> {
    if (!looking) return begin();
    next ??= looking.then(begin, begin);
    return next;
  }

  function begin(): Promise<void> {
    next = null;
    looking = makeDoors().finally(() => (looking = null));
    return looking;
  }

  async function makeDoors(): Promise<void> {
    const reach = await world.listReach(store);
    const addresses = reach.length > 0 ? await world.listAddresses(engine, homeId) : { dynos: [], addons: [] };
    const rules = doorRules(addresses, reach);
    const isSame = known?.rules.join('\n') === rules.join('\n');
    if (!isSame || (isDoubted && rules.length > 0)) await world.openDoors(homeId, rules);
    isDoubted = false;
    known = { rules, addresses, reach };
    trouble = undefined;
  }

  function isAdmitted(appId: string, address: string, reach: Reach): boolean {
    if (!known) return false;
    const { addresses, reach: opened } = known;
    if (addresses.addons.some((addon) => addon.address === address)) return false;
    const there = addresses.dynos.filter((dyno) => dyno.address === address);
    if (reach.length === 0) return there.every((dyno) => dyno.appId === appId);
    const isOpen = (addonId: string) => opened.some((each) => each.appId === appId && each.addonId === addonId);
    return there.length === 1 && there[0]?.appId === appId && reach.every(({ addonId }) => isOpen(addonId));
  }

  /** Where nobody has an add-on, nobody misses a door. */
  async function report(error: Error): Promise<void> {
    known = null;
    const isMissed = (await world.listReach(store).catch(() => [])).length > 0;
    if (isMissed && error.message !== trouble) log('doors-not-made', { error: error.message, effect: 'dynos do not reach their add-ons' });
    trouble = isMissed ? error.message : undefined;
  }

  function lookSoon(): void {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void look().catch(report);
    }, LOOK_AFTER_MS);
  }

  function doubt(): void {
    isDoubted = true;
    lookSoon();
  }

  const every = setInterval(doubt, LOOK_EVERY_MS).unref();
  return {
    async admit(appId, address) {
      if (!isAdmitted(appId, address, await world.listReach(store, appId))) await look().catch(report);
    },
    lookSoon,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(every);
      await (next ?? looking)?.catch(() => undefined);
    },
  };
}
