// Ctrl-C, whatever the builder is at: it ends before it is killed, and no container of it goes on running.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBuild } from '../../../src/store/build/builds.js';
import { startWorld, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const containers = async () => (await world.engine.listContainers({ filters: { label: [`slipway.home=${world.homeId}`] } })).length;

it('ends in time while containers for new apps are about to start', async () => {
  await Promise.all([world.newApp(), world.newApp(), world.newApp()]);
  const began = performance.now();
  await world.halt();
  expect(performance.now() - began).toBeLessThan(5_000);
  await world.restart();
});

it('ends a build that runs, and says so', async () => {
  const build = await world.begin(await world.newApp(), { 'package.json': '{"scripts":{"build":"sleep 600"}}' });
  await expect.poll(containers).toBeGreaterThan(0);
  await world.halt();
  await world.restart();
  await expect.poll(async () => (await findBuild(world.ctx.store, build.id))?.status).toBe('failed');
  expect(await findBuild(world.ctx.store, build.id)).toMatchObject({
    failure: expect.stringMatching(/^The builder was (stopped|restarted) while it worked on this build\. Push again\.$/),
  });
});
