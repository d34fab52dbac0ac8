// kill -9 of the engine itself, on one of the test's own: dynos run on, none is lost or there twice, no line is missing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import { testEngine } from '../../support/engine.js';
import { startOwnEngine, type OwnEngine } from '../../support/own-engine.js';
import { until } from '../../support/until.js';
import { runImage } from '../docker/images.js';
import { openHome, type Home } from './home.js';

const COUNT = 'for n in $(seq 100000); do echo n=$n; sleep 0.1; done';
let own: OwnEngine;
let home: Home;

beforeAll(async () => {
  own = await startOwnEngine();
  await new Promise((resolve, reject) => {
    const loaded = testEngine()
      .getImage(runImage)
      .get()
      .then((image) => testEngine(own.dockerHost).loadImage(image));
    loaded.then((answer) => answer.resume().once('end', resolve).once('error', reject), reject);
  });
  home = await openHome({ dockerHost: own.dockerHost });
}, 120_000);
afterAll(async () => {
  await home?.close();
  await own?.stop();
});

test('while dynos run, and while they come and go', async () => {
  const app = await home.newApp();
  await home.deploy(app, {}, { worker: COUNT });
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 2 }]);
  const states = (quantity: number) => Array.from({ length: quantity }, (_, index) => `worker.${index + 1} up v3`);
  await until(() => home.states(app)).toEqual(states(2));
  const numbers = async (name: string) =>
    (await home.log(app)).flatMap((line) => (line.startsWith(`app[${name}]: n=`) ? [Number(line.split('=')[1])] : []));
  await until(async () => (await numbers('worker.1')).length).toBeGreaterThan(5);
  const before = (await home.rows(app)).map(({ containerId }) => containerId);

  own.kill();
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 4 }]);
  await until(() => home.states(app), 120_000).toEqual(states(4));
  own.kill();
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 3 }]);
  await until(() => home.states(app), 120_000).toEqual(states(3));

  const rows = await home.rows(app);
  expect(rows.slice(0, 2).map(({ containerId }) => containerId)).toEqual(before);
  const running = async () =>
    (await home.containers()).flatMap((each) => (each.State === 'running' && each.Labels['slipway.app'] === app.id ? [each.Id] : []));
  await until(async () => (await running()).toSorted()).toEqual(rows.map(({ containerId }) => containerId).toSorted());
  const last = (await numbers('worker.1')).at(-1)!;
  await until(async () => (await numbers('worker.1')).at(-1)).toBeGreaterThan(last + 5);
  const said = await numbers('worker.1');
  expect(said).toEqual(said.map((_, index) => index + 1));
}, 300_000);
