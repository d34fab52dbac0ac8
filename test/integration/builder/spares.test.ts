// Containers that wait for builds: the first build of an app takes one that was there before it, the next ones its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCaches } from '../../../src/docker/build-volumes.js';
import { ofHome } from '../../../src/docker/labels.js';
import { startWorld, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 2 });
});

afterAll(() => world?.stop());

/** Apps for which a container waits; the empty one stands for any new app. */
async function waiting(): Promise<string[]> {
  const containers = await world.engine.listContainers({ filters: ofHome(world.homeId, 'slipway.build=spare') });
  return containers.map((container) => container.Labels['slipway.app'] ?? '').sort();
}

async function until(what: string, isTrue: () => Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) if (await isTrue()) return;
  throw new Error(`waited in vain until ${what}; there wait ${JSON.stringify(await waiting())}`);
}

const count = async () => world.packTarball({ 'bin/detect': '#!/bin/bash\necho Count\n', 'bin/compile': '#!/bin/bash\necho x >> "$2/count"; cp "$2/count" "$1/count"\n' });

describe('a container', () => {
  it('waits for the first build of any app, whose cache becomes its own', async () => {
    await until('one waits', async () => (await waiting()).join() === '');
    await until('it is there', async () => (await waiting()).length === 1);
    const [cache] = await listCaches(world.engine, world.homeId);
    const app = await world.newApp();
    const buildpacks = [await count()];
    const first = await world.push(app, { Procfile: 'web: x\n' }, { buildpacks });
    expect(first.build.failure).toBe(null);
    await until('one waits for the app and one for any', async () => (await waiting()).join() === `,${app.id}`);
    expect((await world.engine.listContainers({ filters: ofHome(world.homeId, `slipway.app=${app.id}`) }))[0]!.Mounts.map((mount) => mount.Name)).toContain(cache!.volume);
    const second = await world.push(app, { Procfile: 'web: x\n' }, { buildpacks });
    expect(await world.read(second.slug!, 'app/count')).toBe('x\nx\n');
    await world.restart({ spareBuilds: 0 });
    const third = await world.push(app, { Procfile: 'web: x\n' }, { buildpacks });
    expect(await world.read(third.slug!, 'app/count')).toBe('x\nx\nx\n');
    await world.restart();
  });

  it('waits for the apps that were built last, and no more of them than may', async () => {
    const apps = [await world.newApp(), await world.newApp(), await world.newApp()];
    for (const app of apps) {
      await world.push(app, { Procfile: 'web: x\n' });
      await until('one waits for it', async () => (await waiting()).includes(app.id));
    }
    await until('two apps have one', async () => (await waiting()).length === 3);
    expect(await waiting()).toEqual(['', ...apps.slice(1).map((app) => app.id)].sort());
  });

  it('that was killed is not taken', async () => {
    const app = await world.newApp();
    await world.push(app, { Procfile: 'web: x\n' });
    await until('one waits for it', async () => (await waiting()).includes(app.id));
    for (const { Id, Labels } of await world.engine.listContainers({ filters: ofHome(world.homeId, 'slipway.build=spare') })) {
      if (Labels['slipway.app'] === app.id) await world.engine.getContainer(Id).kill();
    }
    expect((await world.push(app, { Procfile: 'web: y\n' })).build.failure).toBe(null);
  });
});
