// Carries the firewall's rules to iptables. Needs root; without it we say so once and go on.
import { lookup } from 'node:dns/promises';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { log } from '../../lib/log.js';
import { ownNetworks } from '../../lib/net/public-address.js';
import {
  chainNames,
  deadIpv6Rules,
  deadRules,
  doorsChain,
  firewallRules,
  ipv6Rules,
  parseNameservers,
  staleJumps,
  type Chains,
  type Opening,
} from './firewall-rules.js';
import { ip6tables, iptables, restoreRules } from './iptables.js';

const KINDS = ['dynos', 'builds'] as const;
let told = false;

interface Wall {
  homeId: string;
  kind: (typeof KINDS)[number];
  bridge: string;
  /** `host:port`, an address or a range that stay reachable although private. */
  allow?: readonly string[];
}

/** Brings the rules of one bridge in force, whatever was there before. False when it can't be done here. */
export async function ensureFirewall(wall: Wall): Promise<boolean> {
  const chains = chainNames(wall.homeId, wall.kind);
  try {
    const [nameservers, openings] = await Promise.all([readNameservers(), readOpenings(wall.allow ?? [])]);
    const hostAddresses = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .map(({ address }) => address);
    const doors = wall.kind === 'dynos' ? doorsChain(wall.homeId) : undefined;
    const rules = firewallRules({ chains, nameservers, hostAddresses, hostNetworks: ownNetworks(), openings, doors });
    const build = async () => {
      if (doors !== undefined) await iptables('-N', doors).catch(() => undefined);
      await restoreRules(rules);
      for (const [parent, chain] of jumps(chains)) await placeJump(parent, chain, wall.bridge);
    };
    // Another home may take a chain away that only a bridge which is gone has jumped to, just before the new one does.
    await build().catch(build);
    await removeDead();
    await shutIpv6(wall);
    return true;
  } catch (error) {
    tellOnce((error as Error).message);
    return false;
  }
}

/** Takes every rule and chain of a home away. Never throws: without the right to, there are none of ours. */
export async function removeFirewall(homeId: string): Promise<void> {
  for (const kind of KINDS) {
    const chains = chainNames(homeId, kind);
    for (const [parent, chain] of jumps(chains)) {
      await dropStaleJumps(parent, chain, null).catch(() => undefined);
      await removeChain(chain);
    }
  }
  await removeChain(doorsChain(homeId));
  await removeDeadIpv6(homeId).catch(() => undefined);
}

/** The bridge has no IPv6 address, and no IPv6 passes it: a step of a Dockerfile may send frames of its own making. */
async function shutIpv6({ homeId, bridge }: Wall): Promise<void> {
  const setting = `/proc/sys/net/ipv6/conf/${bridge}/disable_ipv6`;
  const hasIpv6 = await readFile(setting, 'utf8').then(
    () => true,
    () => false,
  );
  if (!hasIpv6) return;
  const isOff = await writeFile(setting, '1').then(
    () => true,
    () => false,
  );
  try {
    for (const [chain, ...rule] of ipv6Rules(homeId, bridge))
      await ip6tables('-C', chain, ...rule).catch(() => ip6tables('-I', chain, '1', ...rule));
    await removeDeadIpv6();
  } catch (error) {
    if (!isOff) throw error;
  }
}

async function removeDeadIpv6(homeId?: string): Promise<void> {
  const dead = deadIpv6Rules(await ip6tables('-S'), { devices: await readdir('/sys/class/net'), ...(homeId !== undefined && { homeId }) });
  for (const deletion of dead) await ip6tables(...deletion).catch(() => undefined);
}

/** A home that was deleted by hand leaves its rules; they do nothing, but each packet passes them. */
async function removeDead(): Promise<void> {
  const texts = deadRules(await iptables('-S'), await readdir('/sys/class/net'));
  for (const text of texts) await restoreRules(text).catch(() => undefined);
}

async function removeChain(chain: string): Promise<void> {
  await iptables('-F', chain).catch(() => undefined);
  await iptables('-X', chain).catch(() => undefined);
}

function jumps(chains: Chains): [parent: string, chain: string][] {
  return [
    ['INPUT', chains.toHost],
    ['DOCKER-USER', chains.beyond],
  ];
}

async function placeJump(parent: string, chain: string, bridge: string): Promise<void> {
  await dropStaleJumps(parent, chain, bridge);
  const rule = ['-i', bridge, '-j', chain];
  await iptables('-C', parent, ...rule).catch(() => iptables('-I', parent, '1', ...rule));
}

async function dropStaleJumps(parent: string, chain: string, bridge: string | null): Promise<void> {
  const listing = await iptables('-S', parent);
  for (const deletion of staleJumps(listing, chain, bridge)) await iptables(...deletion);
}

async function readNameservers(): Promise<string[]> {
  const files = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return parseNameservers(texts.join('\n'));
}

async function readOpenings(allow: readonly string[]): Promise<Opening[]> {
  return Promise.all(
    allow.map(async (text) => {
      const [host = '', port] = text.split(':');
      const to = host.includes('/') ? host : (await lookup(host, 4)).address;
      return port ? { to, port: Number(port) } : { to };
    }),
  );
}

function tellOnce(reason: string): void {
  if (told) return;
  told = true;
  log('firewall-not-in-force', {
    reason,
    effect: 'dynos and builds can reach services of this host',
    remedy: 'run as root with iptables installed',
  });
}
