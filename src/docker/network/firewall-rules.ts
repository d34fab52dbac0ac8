// What a bridge of ours may reach, as text for iptables-restore: the internet, but neither the host nor private networks.
import { createHash } from 'node:crypto';
import { SPECIAL_IPV4 } from '../../lib/net/public-address.js';

export interface Chains {
  /** From the bridge to the host itself; called from INPUT. */
  toHost: string;
  /** From the bridge to elsewhere; called from DOCKER-USER. */
  beyond: string;
}

export interface Opening {
  /** IPv4 address or range. */
  to: string;
  port?: number;
}

/** The names of a network's own chains: at most 28 characters, the same for every process of the home. */
export function chainNames(homeId: string, kind: string): Chains {
  const id = createHash('sha256').update(`${homeId}:${kind}`).digest('hex').slice(0, 12);
  return { toHost: `SLIPWAY-${id}-IN`, beyond: `SLIPWAY-${id}-FW` };
}

/** The name of the chain of a home's doors, which dynos go through to add-ons. */
export function doorsChain(homeId: string): string {
  return chainNames(homeId, 'dynos').beyond.replace(/FW$/, 'DB');
}

/** Input for `iptables-restore --noflush`: both chains, emptied and filled in one step. */
export function firewallRules(o: {
  chains: Chains;
  nameservers: string[];
  hostAddresses: string[];
  hostNetworks: string[];
  openings: Opening[];
  /** A chain of its own that says first what of the bridge's own containers may reach which. */
  doors?: string | undefined;
}): string {
  const isHost = (address: string) => o.hostAddresses.includes(address);
  const { toHost, beyond } = o.chains;
  return [
    '*filter',
    `:${toHost} - [0:0]`,
    `:${beyond} - [0:0]`,
    `-A ${toHost} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN`,
    ...o.nameservers.filter(isHost).flatMap((to) => dnsRules(toHost, to)),
    ...o.openings.filter(({ to }) => isHost(to)).map((opening) => openingRule(toHost, opening)),
    `-A ${toHost} -j DROP`,
    `-A ${beyond} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN`,
    ...(o.doors === undefined ? [] : [`-A ${beyond} -j ${o.doors}`]),
    ...o.nameservers.filter((to) => !isHost(to)).flatMap((to) => dnsRules(beyond, to)),
    ...o.openings.filter(({ to }) => !isHost(to)).map((opening) => openingRule(beyond, opening)),
    ...[...SPECIAL_IPV4, ...o.hostNetworks].map((range) => `-A ${beyond} -d ${range} -j DROP`),
    'COMMIT',
    '',
  ].join('\n');
}

/** What `ip6tables` is asked for, chain by chain: containers on our bridges have no IPv6, whatever frames they send. */
export function ipv6Rules(homeId: string, bridge: string): [chain: string, ...rule: string[]][] {
  return ['INPUT', 'FORWARD'].map((chain) => [chain, '-i', bridge, '-m', 'comment', '--comment', `slipway-${homeId}`, '-j', 'DROP']);
}

/** The arguments that delete rules of this home, or of bridges that aren't there, out of what `ip6tables -S` prints. */
export function deadIpv6Rules(listing: string, o: { homeId?: string; devices: string[] }): string[][] {
  return listing.split('\n').flatMap((line) => {
    const [, bridge = '', homeId] = /^-A (?:INPUT|FORWARD) -i (\S+) -m comment --comment "?slipway-([\w-]+)"? -j DROP$/.exec(line) ?? [];
    const isDead = homeId !== undefined && (homeId === o.homeId || !o.devices.includes(bridge));
    return isDead ? [['-D', ...line.replaceAll('"', '').split(' ').slice(1)]] : [];
  });
}

function dnsRules(chain: string, to: string): string[] {
  return ['udp', 'tcp'].map((protocol) => `-A ${chain} -d ${to} -p ${protocol} --dport 53 -j RETURN`);
}

function openingRule(chain: string, { to, port }: Opening): string {
  return `-A ${chain} -d ${to}${port === undefined ? '' : ` -p tcp --dport ${port}`} -j RETURN`;
}

/** IPv4 nameservers of a resolv.conf, but for loopback ones: those the engine asks from the host's side. */
export function parseNameservers(resolvConf: string): string[] {
  const found = [...resolvConf.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map((match) => match[1]!);
  return [...new Set(found.filter((address) => !address.startsWith('127.')))];
}

/** The arguments that delete rules jumping to `chain` from another bridge than `bridge`, out of what `iptables -S` prints. */
export function staleJumps(listing: string, chain: string, bridge: string | null): string[][] {
  return listing
    .split('\n')
    .filter((rule) => rule.startsWith('-A ') && rule.endsWith(` -j ${chain}`))
    .filter((rule) => bridge === null || !rule.includes(` -i ${bridge} `))
    .map((rule) => ['-D', ...rule.split(' ').slice(1)]);
}

/**
 * What takes away what is left of networks that are gone, out of what `iptables -S` prints: our jumps from bridges which aren't there,
 * and the chains that nothing jumps to then. One input for `iptables-restore --noflush` for each chain, which does all of it or nothing:
 * another home that has a new bridge by now has jumped to its chain again, and keeps it filled.
 */
export function deadRules(listing: string, devices: string[]): string[] {
  const jumps = listing.split('\n').flatMap((line) => {
    const [, bridge, chain] = JUMP.exec(line) ?? [];
    return bridge !== undefined && chain !== undefined ? [{ line, chain, isDead: !devices.includes(bridge) }] : [];
  });
  const dead = jumps.filter(({ isDead }) => isDead);
  return [...new Set(dead.map(({ chain }) => chain))].map((chain) => {
    const deletions = dead.filter((jump) => jump.chain === chain).map(({ line }) => line.replace(/^-A/, '-D'));
    const isLive = jumps.some((jump) => jump.chain === chain && !jump.isDead);
    const chains = isLive ? [] : [chain, ...(chain.endsWith('-FW') ? [chain.replace(/FW$/, 'DB')] : [])];
    return ['*filter', ...chains.map((each) => `:${each} - [0:0]`), ...deletions, ...chains.map((each) => `-X ${each}`), 'COMMIT', ''].join(
      '\n',
    );
  });
}

const JUMP = /^-A (?:INPUT|DOCKER-USER) -i (br-[0-9a-f]{12}) -j (SLIPWAY-[0-9a-f]{12}-(?:IN|FW))$/;
