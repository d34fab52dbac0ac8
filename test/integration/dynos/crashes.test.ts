// Dynos that end, never listen, ignore SIGTERM, eat memory, or can't be made: what their owner reads, and what runs on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollBack } from '../../../src/actions/release/roll-back.js';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { findRelease } from '../../../src/store/app/releases.js';
import { makeSlug } from '../docker/make-slug.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

async function platformLog(app: App): Promise<string[]> {
  return (await home.log(app)).filter((line) => line.startsWith('heroku[')).map((line) => line.slice('heroku['.length).replace(']:', ''));
}

test('a dyno that ends is started again at once, then after 10 s; other dynos are left alone', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'x' }, { web: SERVE, worker: 'echo bye; exit 3' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1 }]);
  await until(async () => (await home.rows(app)).map((row) => `${row.name} ${row.state} ${row.crashes}`)).toEqual([
    'web.1 up 0',
    'worker.1 crashed 2',
  ]);
  await until(async () => (await platformLog(app)).filter((line) => line.startsWith('worker.1'))).toEqual([
    'worker.1 State changed from down to starting',
    'worker.1 Starting process with command `echo bye; exit 3`',
    'worker.1 State changed from starting to up',
    'worker.1 Process exited with status 3',
    'worker.1 State changed from up to crashed',
    'worker.1 State changed from crashed to starting',
    'worker.1 Starting process with command `echo bye; exit 3`',
    'worker.1 State changed from starting to up',
    'worker.1 Process exited with status 3',
    'worker.1 State changed from up to crashed',
    'worker.1 Crashed 2 times in a row, starts again in 10 seconds',
  ]);
  await until(async () => (await home.log(app)).filter((line) => line === 'app[worker.1]: bye').length).toBe(2);
  await restartDynos(home.ctx, app, home.user, { name: 'worker.1' });
  const crashes = async () => (await home.rows(app)).find((row) => row.name === 'worker.1')?.crashes;
  await until(crashes, 8_000).not.toBe(2);
  await until(async () => (await home.rows(app)).map((row) => `${row.name} ${row.state} ${row.crashes}`)).toEqual([
    'web.1 up 0',
    'worker.1 crashed 2',
  ]);
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
});

test('one that was up is started again as soon as it has ended; nobody sees the app between its two lives', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'x' }, { web: SERVE });
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 3 }]);
  await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3', 'web.3 up v3']);
  for (const { id, name, containerId } of await home.rows(app)) {
    const seen = new Set<string>();
    const killed = home.engine
      .getContainer(containerId!)
      .kill()
      .then(() => Date.now());
    await until(async () => {
      const row = (await home.rows(app)).find((each) => each.name === name);
      seen.add(row?.state ?? 'gone');
      return row?.id === id;
    }).toBe(false);
    // The engine goes on listing it as running for up to 0.2 s; the next sweep may be 5 s away.
    const noticed = Date.now();
    expect(noticed - (await killed)).toBeLessThan(2_500);
    await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3', 'web.3 up v3']);
    expect([...seen].filter((state) => state !== 'up' && state !== 'starting')).toEqual([]);
  }
  await until(async () => (await platformLog(app)).filter((line) => line.startsWith('web.2')).slice(3)).toEqual([
    'web.2 Process exited with status 137',
    'web.2 State changed from up to crashed',
    'web.2 State changed from crashed to starting',
    `web.2 Starting process with command \`${SERVE}\``,
    'web.2 State changed from starting to up',
  ]);
});

test('a release that fails to boot leaves the old dyno serving; rolling back needs no new one to fail', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'good' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await home.deploy(app, {}, { web: 'no-such-command' });
  await until(async () => (await home.rows(app)).map((row) => `${row.state} v${row.releaseVersion} ${row.crashes}`).sort()).toEqual([
    'crashed v4 2',
    'up v3 0',
  ]);
  const [url] = await home.urls(app);
  expect(await (await fetch(url!)).text()).toBe('good');
  for (const text of [
    'Process exited with status 127',
    'State changed from starting to crashed',
    'v4 crashes; v3 goes on serving: fix it, or paas rollback',
  ])
    await until(() => platformLog(app)).toContain(`web.1 ${text}`);
  await until(() => home.log(app)).toContain('app[web.1]: bash: line 1: no-such-command: command not found');
  await rollBack(home.ctx, app, home.user, (await findRelease(home.ctx.store, app.id, 3))!);
  await until(() => home.states(app)).toEqual(['web.1 up v5']);
});

test('a dyno that ignores SIGTERM gets 30 seconds, then SIGKILL and R12', async () => {
  const app = await home.newApp();
  await home.deploy(
    app,
    {
      'stubborn.py':
        'import signal, time\nsignal.signal(signal.SIGTERM, lambda *a: print("no", flush=True))\n' +
        'print("ready", flush=True)\nwhile True: time.sleep(1)\n',
    },
    { worker: 'python3 stubborn.py & exec python3 stubborn.py' },
  );
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1 }]);
  await until(async () => (await home.log(app)).filter((line) => line === 'app[worker.1]: ready').length).toBe(2);
  await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
  await until(async () => (await home.log(app)).filter((line) => line === 'app[worker.1]: no').length).toBe(2);
  await until(() => home.states(app)).toEqual([]);
  await until(async () => (await platformLog(app)).slice(-6)).toEqual([
    'worker.1 State changed from up to down',
    'worker.1 Stopping all processes with SIGTERM',
    'worker.1 Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM',
    expect.stringMatching(/^worker\.1 Still running: python3 \(\d+\), python3 \(\d+\)$/),
    'worker.1 Stopping remaining processes with SIGKILL',
    'worker.1 Process exited with status 137',
  ]);
});

describe('memory', () => {
  const EAT = 'x = []\nwhile True: x.append(bytearray(10_000_000))\n';

  test('more than a dyno has ends it with R15', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'eat.py': EAT }, { worker: 'exec python3 eat.py' });
    await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1 }]);
    await until(() => platformLog(app)).toContain('worker.1 Error R15 (Memory quota vastly exceeded)');
    await until(() => platformLog(app)).toContain('worker.1 Process running mem=512M(100.0%)');
    await until(() => platformLog(app)).toContain('worker.1 Process exited with status 137');
    await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
    await until(() => home.states(app)).toEqual([]);
  });

  test('a child that takes it all is told as R14, and the dyno lives on', async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'eat.py': EAT }, { worker: 'python3 eat.py; echo "child: $?"; sleep 1000' });
    await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 1 }]);
    await until(() => platformLog(app)).toContain('worker.1 Error R14 (Memory quota exceeded)');
    await until(() => home.log(app)).toContain('app[worker.1]: child: 137');
    expect(await home.states(app)).toEqual(['worker.1 up v3']);
    await scale(home.ctx, app, home.user, [{ type: 'worker', quantity: 0 }]);
    await until(() => home.states(app)).toEqual([]);
  });
});

describe('a slug', () => {
  test('that was changed in the store is not run: R17', async () => {
    const app = await home.newApp();
    const slug = await makeSlug({ 'index.html': 'true' });
    const other = Buffer.from(slug.archive);
    other[other.length - 1]! ^= 1;
    home.blobs.set(`/blobs/slugs/${slug.digest}`, other);
    await home.release(app, slug, { web: SERVE });
    await until(() => platformLog(app)).toContainEqual(
      expect.stringMatching(
        `^web.1 Error R17 \\(Checksum error\\) -> Checksum does match expected value. Expected: SHA256:${slug.digest} ` +
          `Actual: SHA256:[0-9a-f]{64}$`,
      ),
    );
    await until(async () => (await home.rows(app)).map((row) => row.state)).toEqual(['crashed']);
    await until(() => platformLog(app)).toContain('web.1 State changed from starting to crashed');
  });

  test('that is lost from the store: R99, and tried again', async () => {
    const app = await home.newApp();
    const slug = await makeSlug({ 'index.html': 'late' });
    await home.release(app, slug, { web: SERVE });
    await until(() => platformLog(app)).toContain('web.1 Error R99 (Platform error) -> Failed to launch the dyno');
    home.blobs.set(`/blobs/slugs/${slug.digest}`, slug.archive);
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
  });
});
