// An engine that is there, lists containers, and starts and stops none: what Docker 20.10 does in a deadlock of its networks.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { STUCK } from './engine-relay.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
const BOOT_MS = 6_000;
let home: Home;

beforeAll(async () => {
  home = await openHome({ relayed: true, bootTimeoutMs: BOOT_MS });
});
afterAll(() => home.close());

async function serving(): Promise<App> {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  return app;
}

test('it is told in time, to the operator and in the log; boots end at their limit; when it answers again that is told, and all goes on', async () => {
  const app = await serving();
  const began = Date.now();
  home.relays.docker.hold(STUCK);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
  await until(async () => home.trouble()).toMatch(
    /^docker: stuck, it starts and stops nothing any more .*(Slipway restarts it|has to restart it: )/,
  );
  // Its clocks take 26 s at the most; the rest is a busy machine's.
  expect(Date.now() - began).toBeLessThan(45_000);
  await until(() => home.log(app)).toContain("heroku[web.2]: Docker is stuck: this dyno's start waits until it answers again");
  await until(() => home.states(app)).toContain('web.2 crashed v3');
  await until(() => home.log(app)).toContain('heroku[web.2]: Error R99 (Platform error) -> Failed to launch the dyno: Docker is stuck');
  await until(() => home.log(app)).toContain('heroku[web.2]: State changed from starting to crashed');
  expect((await fetch((await home.urls(app))[0]!)).status).toBe(200);
  home.relays.docker.release();
  await until(async () => home.trouble()).toBeUndefined();
  await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3']);
  await until(() => home.log(app)).toContain('heroku[web.2]: Docker answers again');
  const ours = async () => (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id).length;
  await until(ours).toBe(2);
}, 180_000);
