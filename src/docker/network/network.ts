// A home's own bridges: one for dynos, one for builds. Containers on one can't reach each other, nor the host.
import { HOME_LABEL, NETWORK_LABEL, ofHome } from '../labels.js';
import { dockerOf, type Engine } from '../engine.js';
import { ensureFirewall } from './firewall.js';

export type NetworkKind = 'dynos' | 'builds';

export interface Network {
  id: string;
  name: string;
  /** The bridge's device on the host: `br-0123456789ab`. */
  bridge: string;
}

export interface NetworkPlan {
  homeId: string;
  kind: NetworkKind;
  /** `host:port` or `a.b.c.d/n` that stay reachable although they lie in a private range (a proxy, a package mirror). */
  allow?: readonly string[];
}

/** Finds or creates the network and brings its firewall in force. Safe to call again at any time. */
export async function ensureNetwork(engine: Engine, plan: NetworkPlan): Promise<Network> {
  const network = (await findNetwork(engine, plan)) ?? (await createNetwork(engine, plan));
  await ensureFirewall({ ...plan, bridge: network.bridge });
  return network;
}

async function findNetwork(engine: Engine, plan: NetworkPlan): Promise<Network | undefined> {
  const filters = ofHome(plan.homeId, `${NETWORK_LABEL}=${plan.kind}`);
  const [first] = (await dockerOf(engine).listNetworks({ filters })).sort((a, b) => (a.Created < b.Created ? -1 : 1));
  return first && describe(first.Id, first.Name);
}

async function createNetwork(engine: Engine, plan: NetworkPlan): Promise<Network> {
  const options = networkOptions(plan);
  try {
    const made = await dockerOf(engine).createNetwork(options);
    return describe(made.id, options.Name);
  } catch (error) {
    // Another process of this home was faster.
    const found = isConflict(error) ? await findNetwork(engine, plan) : undefined;
    if (found) return found;
    throw error;
  }
}

/** What the engine is asked for: inter-container traffic off, IPv4 only. */
export function networkOptions(plan: Pick<NetworkPlan, 'homeId' | 'kind'>) {
  return {
    Name: `slipway-${plan.homeId}-${plan.kind}`,
    CheckDuplicate: true,
    Driver: 'bridge',
    EnableIPv6: false,
    Options: { 'com.docker.network.bridge.enable_icc': 'false' },
    Labels: { [HOME_LABEL]: plan.homeId, [NETWORK_LABEL]: plan.kind },
  };
}

function describe(id: string, name: string): Network {
  return { id, name, bridge: `br-${id.slice(0, 12)}` };
}

function isConflict(error: unknown): boolean {
  return (error as { statusCode?: unknown }).statusCode === 409;
}
