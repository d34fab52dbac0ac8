// Which hosts may be reached from the platform's own processes, by what is known before a name is looked up.
import { isIP } from 'node:net';
import { isOwnAddress, isPublicAddress } from './public-address.js';

/** Whether the operator's list of `host` and `host:port` has it. */
export function isListedHost(list: readonly string[], host: string, port: number): boolean {
  const name = host.toLowerCase();
  return list.some((entry) => [name, `${name}:${port}`].includes(entry.toLowerCase()));
}

/** Public, and none of this machine's. */
export function isReachableAddress(address: string): boolean {
  return isPublicAddress(address) && !isOwnAddress(address);
}

/** False for a host that is itself an address, and none that may be reached. Names are judged when they are connected to. */
export function mayBeReachable(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 || isReachableAddress(address);
}
