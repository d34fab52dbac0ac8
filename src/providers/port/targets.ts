// Where a client of the data port may be led: the add-ons that run, by what their clients say first.
import { listAddresses } from '../../docker/network/addresses.js';
import type { Engine } from '../../docker/engine.js';
import { namesOf, passwordKeyOf } from '../names.js';

export interface Target {
  host: string;
  port: number;
}

export interface Targets {
  /** The server whose database this is. */
  byDatabase(name: string): Promise<Target | null>;
  /** The server whose passwords begin so. */
  byPassword(password: string): Promise<Target | null>;
}

const KEPT_MS = 1_000;

export function findTargets(engine: Engine, homeId: string): Targets {
  let known: { at: number; all: ReturnType<typeof list> } | null = null;

  async function list(): Promise<(Target & { addonId: string })[]> {
    const { addons } = await listAddresses(engine, homeId);
    return addons.map(({ addonId, address, port }) => ({ addonId, host: address, port }));
  }

  function now(): ReturnType<typeof list> {
    if (!known || performance.now() - known.at > KEPT_MS) known = { at: performance.now(), all: list() };
    const { all } = known;
    all.catch(() => (known = known?.all === all ? null : known));
    return all;
  }

  const find = async (isIt: (addonId: string) => boolean) => (await now()).find(({ addonId }) => isIt(addonId)) ?? null;
  return {
    byDatabase: (name) => find((addonId) => namesOf(addonId).DATABASE === name),
    byPassword: (password) => find((addonId) => password.startsWith(passwordKeyOf(addonId))),
  };
}
