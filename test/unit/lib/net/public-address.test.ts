// Which addresses URLs that people give may lead to.
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isOwnAddress, isPublicAddress } from '../../../../src/lib/net/public-address.js';

describe('an address', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
  ])('%j is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it("may be this machine's own", () => {
    const [own] = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    expect(isOwnAddress(own?.address ?? '127.0.0.1')).toBe(own !== undefined);
    expect(isOwnAddress('93.184.216.34')).toBe(false);
  });
});
