// Who is at the other end of a connection, and how far what it says of others is believed.
import { BlockList, isIP } from 'node:net';
import { parseNetwork } from '../../model/domain/network.js';
import type { Places } from './addresses.js';

export interface Peer {
  ip: string;
  /** The port it has connected to. */
  localPort: number;
  /** A proxy of the operator's: what it says of its clients holds. */
  isTrusted: boolean;
  /** More connections come from its address than may. */
  isOneTooMany: boolean;
  /** Where what else it takes is counted. */
  places: Places;
}

/** What the operator says of those in front of the router. */
export interface Proxies {
  /** Whether they begin their connections with a header of the PROXY protocol. */
  sayFirst: boolean;
  isTrusted(ip: string): boolean;
}

export const NO_PROXIES: Proxies = { sayFirst: false, isTrusted: () => false };

/** `networks` as `parseNetwork` takes them. */
export function trustedProxies(networks: readonly string[], sayFirst: boolean): Proxies {
  if (networks.length === 0) return NO_PROXIES;
  const list = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network) list.addSubnet(network.address, network.prefix, network.family);
  }
  return { sayFirst, isTrusted: (ip) => isIP(ip) !== 0 && list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4') };
}
