import { expect, test } from 'vitest';
import { serviceContainer } from '../../../../src/docker/service/service-spec.js';
import { PLANS } from '../../../../src/providers/postgresql/plans.js';
import { PLANS as REDIS_PLANS } from '../../../../src/providers/redis/plans.js';
import { redis } from '../../../../src/providers/redis/redis.js';
import { postgresql } from '../../../../src/providers/postgresql/postgresql.js';

const addonId = '6f1f4f0e-7d0e-4a57-9c43-0c2f4f0f8b11';
const [small, larger] = PLANS;
const container = (plan = small!) =>
  serviceContainer({
    ...postgresql(PLANS).spec(addonId, plan),
    homeId: 'h1',
    addonId,
    stack: 'slipway-12',
    image: 'an-image',
    network: { name: 'a-network' },
    seccomp: '{}',
    cpuShares: 512,
  });

test('a database is not root, has no capability, writes to its volume only, and no port of the host', () => {
  expect(container()).toMatchObject({
    User: '20001:20001',
    HostConfig: {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', 'seccomp={}'],
      ReadonlyRootfs: true,
      NetworkMode: 'a-network',
      Binds: [`slipway-addon-${addonId}:/var/lib/postgresql`],
    },
    NetworkingConfig: { EndpointsConfig: { 'a-network': { Aliases: [`pg-${addonId}`] } } },
  });
  expect(container().HostConfig).not.toHaveProperty('PortBindings');
  expect(container()).not.toHaveProperty('ExposedPorts');
});

test('its limits are those of its plan, without swap; the server knows them', () => {
  const { HostConfig, Cmd } = container(larger);
  expect(HostConfig).toMatchObject({ Memory: 512 * 1024 * 1024, MemorySwap: 512 * 1024 * 1024, PidsLimit: 84 });
  expect(Cmd).toEqual(expect.arrayContaining(['max_connections=23', 'shared_buffers=128MB']));
});

test('it is made anew when anything of it is otherwise, and only then', () => {
  const spec = (plan = small!) => container(plan).Labels?.['slipway.spec'];
  expect(spec()).toBe(spec());
  expect(spec(larger)).not.toBe(spec());
});

test('a Redis has two fifths of its memory for data; what becomes of what would not fit is in its settings', () => {
  const [mini] = REDIS_PLANS;
  const { command, memoryMb } = redis(REDIS_PLANS).spec(addonId, mini!);
  expect(memoryMb).toBe(64);
  expect(command).toEqual(expect.arrayContaining(['--maxmemory', '25mb']));
  expect(command.join(' ')).not.toContain('--maxmemory-policy');
});
