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

export function keepDoors({ engine, homeId, store }: { engine: Engine; homeId: string; store: Store }): Doors {
  /** What is in force, and of what it was made; null until it is known. */
  let known: { rules: readonly string[]; addresses: Addresses; reach: Reach } | null = null;
  let looking: Promise<void> | null = null;
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let trouble: string | undefined;

  /** Whoever asks while somebody looks has it done once more, since that may have read before. */
  function look(): Promise<void> {
    isStale = true;
    looking ??= lookUntilFresh().finally(() => (looking = null));
    return looking;
  }

  async function lookUntilFresh(): Promise<void> {
    while (isStale) {
      isStale = false;
      const reach = await listReach(store);
      const addresses = reach.length > 0 ? await listAddresses(engine, homeId) : { dynos: [], addons: [] };
      const rules = doorRules(addresses, reach);
      if (rules.length > 0 || known?.rules.length !== 0) await openDoors(homeId, rules);
      known = { rules, addresses, reach };
      trouble = undefined;
    }
  }

  function isAdmitted(appId: string, address: string, reach: Reach): boolean {
    if (!known) return false;
    const { addresses, reach: opened } = known;
    const there = addresses.dynos.filter((dyno) => dyno.address === address);
    if (reach.length === 0) return there.every((dyno) => dyno.appId === appId);
    const isOpen = (addonId: string) => opened.some((each) => each.appId === appId && each.addonId === addonId);
    return there.length === 1 && there[0]?.appId === appId && reach.every(({ addonId }) => isOpen(addonId));
  }

  /** Where nobody has an add-on, nobody misses a door. */
  async function report(error: Error): Promise<void> {
    known = null;
    const isMissed = (await listReach(store).catch(() => [])).length > 0;
    if (isMissed && error.message !== trouble) log('doors-not-made', { error: error.message, effect: 'dynos do not reach their add-ons' });
    trouble = isMissed ? error.message : undefined;
  }

  function lookSoon(): void {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void look().catch(report), LOOK_AFTER_MS);
  }

  const every = setInterval(lookSoon, LOOK_EVERY_MS).unref();
  return {
    async admit(appId, address) {
      if (!isAdmitted(appId, address, await listReach(store, appId))) await look().catch(report);
    },
    lookSoon,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(every);
      await looking?.catch(() => undefined);
    },
  };
}
