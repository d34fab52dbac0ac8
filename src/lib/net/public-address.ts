// Which IP addresses belong to the public internet, by IANA's registries of special-purpose addresses. The one list of it: for URLs
// that people give, and for what dynos and builds may reach.
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Of IPv4, as `address/bits`. */
export const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // A public address by the registries, behind which a cloud answers to its own machines only.
  '168.63.129.16/32',
];

/** For documents: no neighbour has them, and closed networks let them stand for the internet, so they are no matter for a firewall. */
const DOCUMENTATION_IPV4 = ['198.51.100.0/24', '203.0.113.0/24'];

const SPECIAL: [string, number, 'ipv4' | 'ipv6'][] = [
  ...[...SPECIAL_IPV4, ...DOCUMENTATION_IPV4].map((range): [string, number, 'ipv4'] => [
    range.split('/')[0]!,
    Number(range.split('/')[1]),
    'ipv4',
  ]),
  // Of IPv6 only the global unicast part is public, and of that not what carries an IPv4 address or is for documents.
  ['::', 3, 'ipv6'],
  ['4000::', 2, 'ipv6'],
  ['8000::', 1, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
];

// A list for each family: one of both takes IPv4 addresses for the IPv6 ones that carry them.
const special = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [net, prefix, family] of SPECIAL) special[family].addSubnet(net, prefix, family);

/** Whether an address is public; false for what is none. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
  return isIP(plain) !== 0 && !special[family].check(plain, family);
}

/** Whether an address is one of this machine's own, or of a network that it is on, now. */
export function isOwnAddress(address: string): boolean {
  const own = new BlockList();
  for (const { cidr, family } of interfaces()) {
    const [net = '', prefix] = cidr?.split('/') ?? [];
    if (net !== '') own.addSubnet(net, Number(prefix), family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  return own.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** The IPv4 networks that this machine is on, as `address/bits`; what is one address only is left out. */
export function ownNetworks(): string[] {
  return [...new Set(interfaces().flatMap(({ cidr, family }) => (family === 'IPv4' && cidr && !cidr.endsWith('/32') ? [cidr] : [])))];
}

function interfaces() {
  return Object.values(networkInterfaces()).flatMap((each) => each ?? []);
}
