// A member whose Dockerfile wants more of the machine than a build may have.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateApp } from '../../src/actions/app/update-app.js';
import { CONTAINER_STACK } from '../../src/model/build/container.js';
import { DEFAULT_STACK } from '../../src/model/build/stack.js';
import { startWorld, type World } from '../integration/builder/world.js';

const BASE = process.env['SLIPWAY_RUN_IMAGE'] ?? '';

let world: World;

beforeAll(async () => {
  const limits = { buildDiskMb: 100, buildProcesses: 200, slugLimitMb: 5, buildMemoryMb: 512, buildTimeoutS: 50 };
  world = await startWorld({ stacks: [DEFAULT_STACK, CONTAINER_STACK], ...limits });
});

afterAll(() => world?.stop());

const DISK = ' !     Build filled its disk (100 MB). Let it write less, or raise SLIPWAY_BUILD_DISK.';

it.each<[string, string, string]>([
  [
    'a fork bomb',
    'RUN bomb() { bomb | bomb & }; bomb; sleep 100',
    ' !     Build ran out of processes (200). Let it run fewer at once, or raise SLIPWAY_BUILD_PROCESSES.',
  ],
  ['files that fill the disk', 'RUN for i in 1 2 3 4 5 6; do head -c 40000000 /dev/zero >/$i; done; sleep 100', DISK],
  ['one file that does', 'RUN head -c 200000000 /dev/zero >/x && sleep 100', 'returned a non-zero code: 153'],
  ['files over many steps', `${'RUN head -c 30000000 /dev/zero >/x\nRUN mv /x /y\n'.repeat(3)}RUN sleep 100`, DISK],
])('%s', async (_, steps, told) => {
  const app = await updateApp(world.ctx, await world.newApp(), world.user, { buildStack: CONTAINER_STACK });
  const { build, output, ms } = await world.push(app, { Dockerfile: `FROM ${BASE}\nSHELL ["/bin/bash", "-c"]\n${steps}\nCMD ["true"]\n` });
  expect(output).toContain(told);
  expect(build.status).toBe('failed');
  expect(ms).toBeLessThan(48_000);
});

it('an image that can hardly be packed', async () => {
  const app = await updateApp(world.ctx, await world.newApp(), world.user, { buildStack: CONTAINER_STACK });
  const files = { Dockerfile: 'FROM scratch\nCOPY large /large\nCMD ["/large"]\n', large: randomBytes(6_000_000).toString('base64') };
  const { build, output } = await world.push(app, files);
  expect(output).toContain(' !     The image is too large: what it adds to its base takes more than 5M packed.');
  expect(build.status).toBe('failed');
});
