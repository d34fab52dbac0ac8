// Containers that wait for the next build: a new app's, and that of one that was built; a build takes its own.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ofHome } from '../../../src/docker/labels.js';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 1 });
});

afterAll(() => world?.stop());

const files: Files = { Procfile: 'web: true\n' };
const until = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 20_000, interval: 20 });

/** Ids of the containers that wait. */
async function waiting(): Promise<string[]> {
  const containers = await world.engine.listContainers({ filters: ofHome(world.homeId) });
  return containers.filter(({ Names }) => Names[0]?.startsWith('/slipway-next-build-')).map(({ Id }) => Id);
}

it('there is one for a new app, which its first build takes; then one for the next', async () => {
  const app = await world.newApp();
  await until(async () => (await waiting()).length).toBe(1);
  const [first] = await waiting();
  const build = await world.begin(app, { ...files, 'bin/slow': '' }, { buildpacks: [await world.packTarball({ 'bin/detect': '#!/bin/bash\necho Slow\n', 'bin/compile': '#!/bin/bash\nsleep 2\n' })] });
  await until(async () => (await world.engine.getContainer(first!).inspect()).Name).toMatch(new RegExp(`^/slipway-build-${build.id}-`));
  expect((await world.ended(build.id)).build.status).toBe('succeeded');
  await until(async () => (await waiting()).length).toBe(1);
  expect(await waiting()).not.toContain(first);
  expect((await world.push(app, files)).build.status).toBe('succeeded');
});

it('none is left when the builder stops', async () => {
  await world.newApp();
  await until(async () => (await waiting()).length).toBe(1);
  await world.restart({ spareBuilds: 0 });
  expect(await waiting()).toEqual([]);
});
