// Containers that wait for the next build: a new app's, and that of one that was built; a build takes its own.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { APP_LABEL, BUILD_LABEL, ofHome } from '../../../src/docker/labels.js';
import type { App } from '../../../src/model/app.js';
import { until } from '../../support/until.js';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 3 });
});

afterAll(() => world?.stop());

const files: Files = { Procfile: 'web: true\n' };

/** Ids of the app's containers that wait, or waited until a build took them. */
async function spares(app: App): Promise<string[]> {
  return (await world.engine.listContainers({ filters: ofHome(world.homeId, `${BUILD_LABEL}=spare`, `${APP_LABEL}=${app.id}`) })).map(
    ({ Id }) => Id,
  );
}

it('there is one for a new app, which its first build takes; then one for the next', async () => {
  const app = await world.newApp();
  await until(async () => (await spares(app)).length).toBe(1);
  const [first] = await spares(app);
  const build = await world.begin(app, files, {
    buildpacks: [await world.packTarball({ 'bin/detect': '#!/bin/bash\necho Slow\n', 'bin/compile': '#!/bin/bash\nsleep 2.5\n' })],
  });
  await until(async () => String((await world.engine.getContainer(first!).top()).Processes)).toContain('sleep 2.5');
  expect((await world.ended(build.id)).build.status).toBe('succeeded');
  await until(async () => (await spares(app)).filter((id) => id !== first).length).toBe(1);
  await until(async () => (await spares(app)).length).toBe(1);
  expect((await world.push(app, files)).build.status).toBe('succeeded');
});

it('none is left when the app is destroyed', async () => {
  const app = await world.newApp();
  await until(async () => (await spares(app)).length).toBe(1);
  const [its] = await spares(app);
  await destroyApp(world.ctx, app);
  await until(() => spares(app)).not.toContain(its);
});

it('none is left when the builder stops', async () => {
  const app = await world.newApp();
  await until(async () => (await spares(app)).length).toBe(1);
  await world.restart({ spareBuilds: 0 });
  expect(await spares(app)).toEqual([]);
});

it('a hundred new apps at once get three among them', async () => {
  await world.restart({ spareBuilds: 3 });
  const all = () => world.engine.listContainers({ all: true, filters: ofHome(world.homeId, `${BUILD_LABEL}=spare`) });
  await until(async () => (await all()).length).toBe(0);
  const counts: number[] = [];
  let isOver = false;
  const counting = (async () => {
    while (!isOver) counts.push((await all()).length);
  })();
  for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 10 }, () => world.newApp()));
  await until(async () => (await all()).length).toBe(3);
  isOver = true;
  await counting;
  expect(Math.max(...counts)).toBeLessThanOrEqual(3);
});
