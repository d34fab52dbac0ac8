// What the dyno manager does, whatever runs the dynos: each story on Docker's engine, and on the driver in memory.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { scale } from '../../../src/actions/app/scale.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { setFeature } from '../../../src/actions/app/set-feature.js';
import { stopOldDynos } from '../../../src/actions/app/stop-old-dynos.js';
import { systemClock } from '../../../src/lib/async/clock.js';
import type { App } from '../../../src/model/app.js';
import { listDynos, updateDyno } from '../../../src/store/app/dynos.js';
import { readReleaseOutput } from '../../../src/store/app/release-outputs.js';
import { findReleaseById } from '../../../src/store/app/releases.js';
import { openMemoryDriver, type Program } from '../../support/memory-driver.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
const DEAF = 'exec python3 -m http.server 4567 --bind 127.0.0.1';

const SICK = 'exec python3 sick.py';
const SICK_PY = `from http.server import *; import os
class Sick(BaseHTTPRequestHandler):
    def do_GET(self): self.send_error(500)
HTTPServer(('', int(os.environ['PORT'])), Sick).serve_forever()
`;

/** What the commands of the stories do, for a driver that runs none. */
const PROGRAMS: Record<string, Program> = {
  [SERVE]: { listens: 'port', answers: () => 200 },
  [SICK]: { listens: 'port', answers: () => 500 },
  [DEAF]: { listens: { address: '127.0.0.1', port: 4567 } },
  'exit 1': { exits: { status: 1 } },
  'echo no such column; exit 9': { says: 'no such column\n', exits: { status: 9 } },
};

/** What starts has to listen within this time, on a busy machine too; in memory it does so at once. */
const BOOT_MS = { engine: 5_000, memory: 1_000 };

const HOMES = {
  engine: () => openHome({ bootTimeoutMs: BOOT_MS.engine }),
  memory: () =>
    openHome({
      bootTimeoutMs: BOOT_MS.memory,
      memory: { driver: openMemoryDriver({ clock: systemClock, programs: PROGRAMS }), clock: systemClock },
    }),
};

describe.each(['engine', 'memory'] as const)('by the driver of %s', (kind) => {
  let home: Home;

  beforeAll(async () => {
    home = await HOMES[kind]();
  });
  afterAll(() => home.close());

  const status = async (releaseId: string) => (await findReleaseById(home.ctx.store, releaseId))?.status;
  const containersOf = (app: App) => home.driver().list(app.id);

  async function platformLog(app: App): Promise<string[]> {
    return (await home.log(app)).filter((line) => line.startsWith('heroku[')).map((line) => line.slice('heroku['.length).replace(']:', ''));
  }

  async function serving(quantity = 1): Promise<App> {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
    if (quantity > 1) await scale(home.ctx, app, home.user, [{ type: 'web', quantity }]);
    await until(() => home.states(app)).toEqual(Array.from({ length: quantity }, (_, index) => `web.${index + 1} up v3`));
    return app;
  }

  test('a type that is gone from the release stops, and comes back with its number', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'one' }, { web: SERVE, worker: 'sleep 1000' });
    await scale(home.ctx, app, home.user, [
      { type: 'web', quantity: 2 },
      { type: 'worker', quantity: 1 },
    ]);
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3', 'worker.1 up v3']);
    await home.deploy(app, {}, { worker: 'sleep 1000' });
    await until(() => home.states(app)).toEqual(['worker.1 up v4']);
    await home.deploy(app, { 'index.html': 'two' }, { web: SERVE, worker: 'sleep 1000' });
    await until(() => home.states(app)).toEqual(['web.1 up v5', 'web.2 up v5', 'worker.1 up v5']);
  });

  test('types may be named as one-off dynos are', async () => {
    const app = await home.newApp();
    await home.deploy(app, {}, { run: 'sleep 1000', scheduler: 'sleep 1000' });
    await until(() =>
      scale(home.ctx, app, home.user, [
        { type: 'run', quantity: 2 },
        { type: 'scheduler', quantity: 1 },
      ]).then(
        () => true,
        () => false,
      ),
    ).toBe(true);
    await until(() => home.states(app)).toEqual(['run.1 up v3', 'run.2 up v3', 'scheduler.1 up v3']);
    await scale(home.ctx, app, home.user, [
      { type: 'run', quantity: 0 },
      { type: 'scheduler', quantity: 0 },
    ]);
    await until(() => home.states(app)).toEqual([]);
  });

  test('a web process that never listens on $PORT: R10, and where it listens instead', async () => {
    const app = await home.newApp();
    await home.deploy(app, {}, { web: DEAF });
    await until(async () => (await platformLog(app)).length).toBeGreaterThan(6);
    expect((await platformLog(app)).slice(1, 7)).toEqual([
      'web.1 Starting process with command `exec python3 -m http.server 4567 --bind 127.0.0.1`',
      `web.1 Error R10 (Boot timeout) -> Web process failed to bind to $PORT within ${BOOT_MS[kind] / 1000} seconds of launch`,
      expect.stringMatching(
        /^web\.1 The process listens on 127\.0\.0\.1:4567 instead of 0\.0\.0\.0:\d+\. Bind to 0\.0\.0\.0 and to the port in \$PORT\.$/,
      ),
      'web.1 Stopping process with SIGKILL',
      'web.1 Process exited with status 137',
      'web.1 State changed from starting to crashed',
    ]);
    await until(async () => (await home.rows(app))[0]?.crashes).toBeGreaterThan(0);
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 0 }]);
    await until(() => home.states(app)).toEqual([]);
  });

  test('a web process that answers with 500 where the app wants its boot check: R10, and what it answers', async () => {
    const app = await home.newApp();
    await setFeature(home.ctx, app, home.user, { name: 'http-boot-check', isOn: true });
    await home.deploy(app, { 'sick.py': SICK_PY }, { web: SICK });
    await until(() => platformLog(app)).toContain(
      'web.1 The boot check got 500 for GET /, and waits for a status below 500 (app feature http-boot-check)',
    );
    await home.deploy(app, { 'index.html': 'well' }, { web: SERVE });
    await until(() => home.states(app)).toEqual(['web.1 up v4']);
  });

  test('old dynos that serve only because the new ones crash can be told to go', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'leaks' }, { web: SERVE });
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 2 }]);
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3']);
    await home.deploy(app, {}, { web: 'exit 1' });
    // The second one's turn doesn't come.
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.1 crashed v4', 'web.2 up v3']);
    await stopOldDynos(home.ctx, app, home.user);
    await until(() => home.states(app)).toEqual(['web.1 crashed v4', 'web.2 crashed v4']);
    await until(() => home.log(app)).toContain(`app[api]: Stop of web.1 of v3, web.2 of v3 by user ${home.user.email}`);
    await until(() => platformLog(app)).toContain('web.1 Stopping all processes with SIGTERM');
  });

  test('a release command that fails leaves the release before it running', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'one' }, { web: SERVE });
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    const [before] = await home.rows(app);
    const release = await home.deploy(app, { 'index.html': 'two' }, { web: SERVE, release: 'echo no such column; exit 9' });
    await until(() => status(release.id)).toBe('failed');
    await until(() => home.log(app)).toContain('app[api]: Release v4 command failed by user jane@example.com');
    await until(() => readReleaseOutput(home.ctx.store, release.id)).toBe('no such column\n');
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    expect((await home.rows(app))[0]?.id).toBe(before?.id);
  });

  test('what died while the manager was away is started, what was asked for is done', async () => {
    const [crashed, scaled, configured, destroyed] = await Promise.all([serving(), serving(), serving(), serving()]);
    await home.stopManager();
    const [found] = await containersOf(crashed);
    await home.driver().kill(found!.containerId);
    await scale(home.ctx, scaled, home.user, [{ type: 'web', quantity: 0 }]);
    await setConfigVars(home.ctx, configured, home.user, { A: 'b' });
    await destroyApp(home.ctx, destroyed);
    home.startManager();
    await until(
      async () => (await home.log(crashed)).filter((line) => line === 'heroku[web.1]: State changed from up to crashed').length,
    ).toBe(1);
    await until(() => home.states(crashed)).toEqual(['web.1 up v3']);
    await until(() => home.states(scaled)).toEqual([]);
    await until(() => home.states(configured)).toEqual(['web.1 up v4']);
    await until(() => containersOf(destroyed)).toEqual([]);
    await until(() => home.log(crashed)).toContain('heroku[web.1]: Process exited with status 137');
  });

  test('a manager that was killed in mid-stop: the next finishes the stop', async () => {
    const app = await serving(2);
    await home.stopManager();
    const second = (await listDynos(home.ctx.store, { appId: app.id })).find((row) => row.name === 'web.2');
    await updateDyno(home.ctx.store, second!.id, { state: 'down' });
    await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 1 }]);
    home.startManager();
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    await until(async () => (await containersOf(app)).length).toBe(1);
  });
});
