import { expect, test } from 'vitest';
import { doorRules } from '../../../../src/docker/network/doors.js';

const addresses = {
  dynos: [
    { appId: 'shop', address: '172.20.0.3' },
    { appId: 'shop', address: '172.20.0.2' },
    { appId: 'other', address: '172.20.0.4' },
  ],
  addons: [
    { addonId: 'db', address: '172.20.0.9', port: 5432 },
    { addonId: 'idle', address: '172.20.0.8', port: 6379 },
  ],
};

test('each dyno has doors to the add-ons of its app; add-ons begin nothing', () => {
  expect(doorRules(addresses, [{ appId: 'shop', addonId: 'db' }])).toEqual([
    '-s 172.20.0.2 -d 172.20.0.9 -p tcp --dport 5432 -j ACCEPT',
    '-s 172.20.0.3 -d 172.20.0.9 -p tcp --dport 5432 -j ACCEPT',
    '-s 172.20.0.8 -j DROP',
    '-s 172.20.0.9 -j DROP',
  ]);
});

test('one that two apps share is open to both, once, under however many names they have it', () => {
  const reach = ['shop', 'shop', 'other'].map((appId) => ({ appId, addonId: 'db' }));
  expect(doorRules(addresses, reach).filter((rule) => rule.endsWith('ACCEPT'))).toHaveLength(3);
});

test('what is attached and does not run, or runs elsewhere, has no door', () => {
  expect(doorRules({ dynos: addresses.dynos, addons: [] }, [{ appId: 'shop', addonId: 'db' }])).toEqual([]);
  expect(doorRules(addresses, [])).toEqual(['-s 172.20.0.8 -j DROP', '-s 172.20.0.9 -j DROP']);
});
