// How many connections each address has: whoever opens them without end, and says little on each, would take them from all others.

/** `one too many` is told so (H22); `out` isn't even heard. */
export type Entry = 'in' | 'one too many' | 'out';

export interface Addresses {
  /** Counts one more. */
  enter(ip: string): Entry;
  leave(ip: string): void;
}

/** Those of one address. */
export interface Places {
  enter(): Entry;
  leave(): void;
}

export const UNCOUNTED: Places = { enter: () => 'in', leave: () => undefined };

export function countAddresses(most: number): Addresses {
  const counts = new Map<string, number>();
  return {
    enter(ip) {
      const network = networkOf(ip);
      const count = (counts.get(network) ?? 0) + 1;
      counts.set(network, count);
      return count <= most ? 'in' : count <= 2 * most ? 'one too many' : 'out';
    },
    leave(ip) {
      const network = networkOf(ip);
      const left = (counts.get(network) ?? 1) - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    },
  };
}

/** This machine's own are people's tools, and proxies. */
export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

/** A person has a whole network of IPv6 (64 bits). */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [before = '', after] = ip.replace(/%.*$/, '').split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const all = after === undefined ? head : [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  return `${all.slice(0, 4).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => (parseInt(group, 16) || 0).toString(16));
}
