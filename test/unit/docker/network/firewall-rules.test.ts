import { expect, test } from 'vitest';
import {
  chainNames,
  deadIpv6Rules,
  deadRules,
  doorsChain,
  firewallRules,
  ipv6Rules,
  parseNameservers,
  staleJumps,
} from '../../../../src/docker/network/firewall-rules.js';

const chains = { toHost: 'A-IN', beyond: 'A-FW' };
const rules = (o: { nameservers?: string[]; hostAddresses?: string[]; openings?: { to: string; port?: number }[] }) =>
  firewallRules({ chains, nameservers: [], hostAddresses: [], hostNetworks: ['198.51.7.0/24'], openings: [], ...o }).split('\n');

test('chain names are short, stable, and differ by home and kind', () => {
  const names = ['a', 'b'].flatMap((home) => ['dynos', 'builds'].flatMap((kind) => Object.values(chainNames(home, kind))));
  expect(new Set(names).size).toBe(8);
  for (const name of names) expect(name.length).toBeLessThan(29);
  expect(chainNames('a', 'dynos')).toEqual(chainNames('a', 'dynos'));
});

test('both chains are declared, so that a refill empties them first', () => {
  expect(rules({}).slice(0, 3)).toEqual(['*filter', ':A-IN - [0:0]', ':A-FW - [0:0]']);
});

test('a resolver elsewhere is opened beyond the bridge, one of the host towards the host', () => {
  const text = rules({ nameservers: ['10.1.1.53', '192.168.0.2'], hostAddresses: ['192.168.0.2'] });
  expect(text).toContain('-A A-FW -d 10.1.1.53 -p udp --dport 53 -j RETURN');
  expect(text).toContain('-A A-IN -d 192.168.0.2 -p tcp --dport 53 -j RETURN');
});

test('doors of dynos come after what is established, and before all else', () => {
  const text = firewallRules({
    chains,
    nameservers: ['10.1.1.53'],
    hostAddresses: [],
    hostNetworks: [],
    openings: [],
    doors: 'A-DB',
  }).split('\n');
  const at = text.indexOf('-A A-FW -j A-DB');
  expect(text[at - 1]).toBe('-A A-FW -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN');
  expect(doorsChain('a')).toBe(chainNames('a', 'dynos').beyond.replace('-FW', '-DB'));
});

test('openings come before what is denied', () => {
  const text = rules({ openings: [{ to: '10.0.0.9', port: 3128 }, { to: '10.2.0.0/16' }] });
  const opened = text.indexOf('-A A-FW -d 10.0.0.9 -p tcp --dport 3128 -j RETURN');
  expect(opened).toBeGreaterThan(0);
  expect(text).toContain('-A A-FW -d 10.2.0.0/16 -j RETURN');
  expect(text.indexOf('-A A-FW -d 10.0.0.0/8 -j DROP')).toBeGreaterThan(opened);
});

test('everything else towards the host is dropped last', () => {
  const toHost = rules({ nameservers: ['1.2.3.4'], hostAddresses: ['1.2.3.4'] }).filter((rule) => rule.startsWith('-A A-IN'));
  expect(toHost.at(-1)).toBe('-A A-IN -j DROP');
});

test('nameservers: IPv4, each once, none of loopback', () => {
  expect(parseNameservers('# x\nnameserver 127.0.0.53\nnameserver 10.0.0.2\n nameserver 10.0.0.2\nnameserver fe80::1\nsearch a')).toEqual([
    '10.0.0.2',
  ]);
  expect(parseNameservers('')).toEqual([]);
});

test('stale jumps are those of other bridges, or all when none is kept', () => {
  const listing = '-P INPUT ACCEPT\n-A INPUT -i br-old -j A-IN\n-A INPUT -i br-new -j A-IN\n-A INPUT -i br-old -j B-IN\n';
  expect(staleJumps(listing, 'A-IN', 'br-new')).toEqual([['-D', 'INPUT', '-i', 'br-old', '-j', 'A-IN']]);
  expect(staleJumps(listing, 'A-IN', null)).toHaveLength(2);
  expect(staleJumps('', 'A-IN', null)).toEqual([]);
});

test('rules of bridges that are gone are dead; strangers’ rules are not ours', () => {
  const listing = [
    '-A INPUT -i br-000000000001 -j SLIPWAY-aaaaaaaaaaaa-IN',
    '-A INPUT -i br-000000000002 -j SLIPWAY-bbbbbbbbbbbb-IN',
    '-A DOCKER-USER -i br-000000000001 -j SLIPWAY-aaaaaaaaaaaa-FW',
    '-A INPUT -i br-000000000003 -j SLIPWAY-bbbbbbbbbbbb-IN',
    '-A INPUT -i br-000000000009 -j ufw-before-input',
    '-A DOCKER-USER -j RETURN',
  ].join('\n');
  const [host, beyond, other, ...more] = deadRules(listing, ['lo', 'br-000000000002']).map((text) => text.split('\n'));
  const [own, next, doors] = ['IN', 'FW', 'DB'].map((end) => `SLIPWAY-aaaaaaaaaaaa-${end}`);
  expect(host).toEqual(['*filter', `:${own} - [0:0]`, `-D INPUT -i br-000000000001 -j ${own}`, `-X ${own}`, 'COMMIT', '']);
  const jump = `-D DOCKER-USER -i br-000000000001 -j ${next}`;
  expect(beyond).toEqual(['*filter', `:${next} - [0:0]`, `:${doors} - [0:0]`, jump, `-X ${next}`, `-X ${doors}`, 'COMMIT', '']);
  expect(other).toEqual(['*filter', '-D INPUT -i br-000000000003 -j SLIPWAY-bbbbbbbbbbbb-IN', 'COMMIT', '']);
  expect(more).toEqual([]);
  expect(deadRules('', [])).toEqual([]);
});

test('what is not public is denied, and the networks that the host is on', () => {
  const denied = rules({})
    .filter((rule) => /^-A A-FW -d .* -j DROP$/.test(rule))
    .map((rule) => rule.split(' ')[3]);
  expect(denied).toEqual(
    expect.arrayContaining([
      '10.0.0.0/8',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '198.18.0.0/15',
      '168.63.129.16/32',
      '240.0.0.0/4',
      '198.51.7.0/24',
    ]),
  );
});

test('of IPv6 nothing passes a bridge of ours; rules of a home that goes, and of bridges that are gone, are found again', () => {
  const [toHost, beyond] = ipv6Rules('ab12', 'br-000000000001');
  expect(toHost).toEqual(['INPUT', '-i', 'br-000000000001', '-m', 'comment', '--comment', 'slipway-ab12', '-j', 'DROP']);
  expect(beyond![0]).toBe('FORWARD');
  const listing = [
    '-P INPUT ACCEPT',
    ...ipv6Rules('ab12', 'br-000000000001'),
    ...ipv6Rules('cd34', 'br-000000000002'),
    '-A INPUT -i eth0 -j DROP',
  ]
    .map((line) => (typeof line === 'string' ? line : `-A ${line.join(' ')}`))
    .join('\n');
  const both = ['br-000000000001', 'br-000000000002'];
  expect(deadIpv6Rules(listing, { devices: both })).toEqual([]);
  expect(deadIpv6Rules(listing, { devices: both, homeId: 'ab12' }).map(([, chain, , bridge]) => [chain, bridge])).toEqual([
    ['INPUT', 'br-000000000001'],
    ['FORWARD', 'br-000000000001'],
  ]);
  expect(deadIpv6Rules(listing, { devices: ['br-000000000001'] }).map((rule) => rule[3])).toEqual(['br-000000000002', 'br-000000000002']);
});
