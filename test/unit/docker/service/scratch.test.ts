import { expect, test } from 'vitest';
import { scratchContainer } from '../../../../src/docker/service/scratch.js';
import { PLANS } from '../../../../src/providers/postgresql/plans.js';
import { postgresql } from '../../../../src/providers/postgresql/postgresql.js';

test('a server for a moment reaches nobody, has a volume that goes with it, and is no add-on', () => {
  const addonId = '6f1f4f0e-7d0e-4a57-9c43-0c2f4f0f8b11';
  const common = { homeId: 'h1', addonId, stack: 'slipway-12', image: 'an-image', seccomp: '{}', cpuShares: 128 };
  const made = scratchContainer('b1', { ...postgresql(PLANS).spec(addonId, PLANS[0]!), ...common, network: { name: 'a-network' } });
  expect(made).toMatchObject({
    name: 'slipway-scratch-b1',
    User: '20001:20001',
    Volumes: { '/var/lib/postgresql': {} },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], ReadonlyRootfs: true },
    Labels: { 'slipway.home': 'h1', 'slipway.scratch': 'b1' },
  });
  expect(made.HostConfig).not.toHaveProperty('Binds');
  expect(made).not.toHaveProperty('NetworkingConfig');
  expect(Object.keys(made.Labels ?? {})).toHaveLength(2);
});
