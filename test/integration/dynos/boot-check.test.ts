// The boot check by HTTP: on the driver in memory, by a clock that the test turns.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { setFeature } from '../../../src/actions/app/set-feature.js';
import type { App } from '../../../src/model/app.js';
import { openMemoryDriver } from '../../support/memory-driver.js';
import { stillClock } from '../../support/still-clock.js';
import { until, untilSo } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const WARM_AFTER_MS = 20_000;
const clock = stillClock();
const PROGRAMS = {
  serve: { listens: 'port', answers: () => 200 },
  warm: {
    listens: 'port',
    answers: (path: string, ranMs: number) => (path !== '/health?deep=1' ? 500 : ranMs < WARM_AFTER_MS ? 503 : 404),
  },
  sick: { listens: 'port', answers: () => 500 },
  mute: { listens: 'port', isMute: true },
  lateAndMute: { listens: 'port', listensAfterMs: 55_000, isMute: true },
} as const;

let home: Home;

beforeAll(async () => {
  home = await openHome({ bootTimeoutMs: 60_000, memory: { driver: openMemoryDriver({ clock, programs: PROGRAMS }), clock } });
});
afterAll(() => home.close());

const platformLog = async (app: App) => (await home.log(app)).filter((line) => line.startsWith('heroku['));

async function checked(command: keyof typeof PROGRAMS): Promise<App> {
  const app = await home.newApp();
  await setFeature(home.ctx, app, home.user, { name: 'http-boot-check', isOn: true });
  await home.deploy(app, {}, { web: command });
  return app;
}

async function turnUntil(isSo: () => Promise<boolean>): Promise<void> {
  await untilSo('what the clock is turned for', async () => {
    if (await isSo()) return true;
    clock.turn(2_000);
    return false;
  });
}

test('the old dyno takes requests until the new one answers below 500', async () => {
  const app = await checked('serve');
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await setConfigVars(home.ctx, app, home.user, { BOOT_CHECK_PATH: 'health?deep=1' });
  await turnUntil(async () => (await home.states(app)).join() === 'web.1 up v4');
  const begun = clock.now();
  await home.deploy(app, {}, { web: 'warm' });
  await until(() => home.states(app)).toEqual(['web.1 up v4', 'web.1 starting v5']);
  await turnUntil(async () => {
    const [first] = await home.states(app);
    if (clock.now() - begun < WARM_AFTER_MS) expect(first).toBe('web.1 up v4');
    return (await home.states(app)).includes('web.1 up v5');
  });
  expect(clock.now() - begun).toBeGreaterThanOrEqual(WARM_AFTER_MS);
  await turnUntil(async () => (await home.states(app)).length === 1);
  await until(() => home.log(app)).toContain(`app[api]: Enable http-boot-check feature by user ${home.user.email}`);
});

test.each([
  ['sick', 'The boot check got 500 for GET /, and waits for a status below 500 (app feature http-boot-check)'],
  ['mute', 'The boot check got no answer within 10 s for GET /, and waits for a status below 500 (app feature http-boot-check)'],
] as const)('one that is %s has its time, then R10 with what was got', async (command, text) => {
  const app = await checked(command);
  await turnUntil(async () => (await platformLog(app)).some((line) => line.includes('crashed')));
  expect((await platformLog(app)).slice(2, 6)).toEqual([
    'heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch',
    `heroku[web.1]: ${text}`,
    'heroku[web.1]: Stopping process with SIGKILL',
    'heroku[web.1]: Process exited with status 137',
  ]);
  await setFeature(home.ctx, app, home.user, { name: 'http-boot-check', isOn: false });
  await turnUntil(async () => (await home.states(app)).includes('web.1 up v3'));
});

test('one that is asked shortly before its limit has until then to answer', async () => {
  const app = await checked('lateAndMute');
  await turnUntil(async () => (await platformLog(app)).some((line) => line.includes('crashed')));
  expect((await platformLog(app)).join('\n')).toMatch(/The boot check got no answer within [1-5](\.\d+)? s for GET \//);
});
