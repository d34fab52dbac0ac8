import { expect, it } from 'vitest';
import { countAddresses, networkOf } from '../../../../src/router/peer/addresses.js';
import { trustedProxies } from '../../../../src/router/peer/peer.js';

it.each([
  ['198.51.100.7', '198.51.100.7'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['2001:0DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (ip, network) => expect(networkOf(ip)).toBe(network));

it('each address has its number, and a few more are heard', () => {
  const addresses = countAddresses(2);
  expect(['a', 'a', 'a', 'a', 'a', 'b'].map((ip) => addresses.enter(ip))).toEqual([
    'in',
    'in',
    'one too many',
    'one too many',
    'out',
    'in',
  ]);
  for (let i = 0; i < 4; i += 1) addresses.leave('a');
  expect(addresses.enter('a')).toBe('in');
});

it.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['0.0.0.0/0', '::1', false],
  ['10.0.0.0/8', '', false],
])('of %s is %s: %s', (network, ip, isOfThem) => expect(trustedProxies([network], false).isTrusted(ip)).toBe(isOfThem));
