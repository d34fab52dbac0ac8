// Runtimes that builds share: kept while some build uses them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runtimesVolumeName } from '../../../src/docker/build/build-volumes.js';
import { DEFAULT_STACK } from '../../../src/model/build/stack.js';
import { startWorld, type World } from './world.js';

const DAY_MS = 86_400_000;
let world: World;
let clock = Date.now();

beforeAll(async () => {
  world = await startWorld({ now: () => clock, spareBuilds: 0 });
});

afterAll(() => world?.stop());

/** Runs a script beside the volume of runtimes; what it says. */
async function inVolume(script: string): Promise<string> {
  const volume = `${runtimesVolumeName(world.homeId, DEFAULT_STACK)}:/runtimes`;
  const options = {
    Image: world.settings.images[DEFAULT_STACK]!.run,
    Cmd: ['sh', '-c', script],
    WorkingDir: '/runtimes',
    User: '0:0',
    Tty: true,
  };
  const container = await world.engine.createContainer({ ...options, HostConfig: { Binds: [volume], NetworkMode: 'none' } });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString().replaceAll('\r', '');
  } finally {
    await container.remove({ force: true });
  }
}

const installed = () => inVolume('ls -1d go/* maven/* node/*-headers 2>/dev/null');

it('those that no build has used for 30 days go, those that one has used stay', async () => {
  await inVolume(
    'mkdir -p go/1.2.3/bin maven/3.2.1/bin node/1.0.0-headers node/1.0.0; touch -d 2020-01-01 go/1.2.3 maven/3.2.1 ' +
      'node/1.0.0 node/1.0.0-headers',
  );
  await world.restart();
  // From now on they are known.
  const known = () => existsSync(join(world.dir, 'runtimes', 'used', DEFAULT_STACK, 'maven-3.2.1'));
  await expect.poll(known, { timeout: 120_000, interval: 100 }).toBe(true);
  const uses = await world.packTarball({
    'bin/detect': '#!/bin/bash\necho Go\n',
    'bin/compile': '#!/bin/bash\nfor i in $(seq 60); do echo "junk $i"; done >>/run/slipway/uses; echo "go 1.2.3" >>/run/slipway/uses\n',
  });
  clock += 29 * DAY_MS;
  expect((await world.push(await world.newApp(), { Procfile: 'web: x\n' }, { buildpacks: [uses] })).build.status).toBe('succeeded');
  expect(await installed()).toBe('go/1.2.3\nmaven/3.2.1\nnode/1.0.0-headers\n');
  clock += 2 * DAY_MS;
  await world.restart();
  await expect.poll(installed, { timeout: 120_000, interval: 500 }).toBe('go/1.2.3\n');
}, 300_000);
