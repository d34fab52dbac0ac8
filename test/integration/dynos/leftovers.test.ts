// A manager that was killed with many containers about: what no row knows goes bit by bit, and nobody waits for that.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { APP_LABEL, DYNO_ID_LABEL, DYNO_LABEL, HOME_LABEL } from '../../../src/docker/labels.js';
import { ensureNetwork } from '../../../src/docker/network/network.js';
import { runImage } from '../docker/images.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

/** 700 in the long run of tests. */
const LEFTOVERS = Number(process.env['SLIPWAY_TEST_LEFTOVERS'] ?? 40);
/** Of an app that has no other to wait for: a start, a boot and a stop on a busy machine. */
const RESTARTED_WITHIN_MS = 30_000;
const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome({ spareNetworks: 1 });
});
afterAll(() => home.close());

const leftovers = async (but: string) =>
  (await home.containers()).filter((each) => each.Labels[DYNO_LABEL] && each.Labels[APP_LABEL] !== but);

/** Running, on the dynos' network, of an app that is gone; it ends when it is told to, as dynos do. */
async function leaveOne(network: string): Promise<void> {
  const container = await home.engine.createContainer({
    Image: runImage,
    Cmd: ['perl', '-e', '$SIG{PWR} = sub { exit 143 }; sleep 3600'],
    StopSignal: 'SIGPWR',
    User: '20000',
    Labels: { [HOME_LABEL]: home.homeId, [APP_LABEL]: randomUUID(), [DYNO_LABEL]: 'web.1', [DYNO_ID_LABEL]: randomUUID() },
    HostConfig: { NetworkMode: network, Init: true },
  });
  await container.start();
}

test(
  `${LEFTOVERS} containers of a manager that was killed go; a restart of another app meanwhile isn't held up`,
  async () => {
    const app = await home.newApp();
    await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE });
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
    const [before] = await home.rows(app);
    await home.stopManager();
    const network = await ensureNetwork(home.engine, { homeId: home.homeId, kind: 'dynos' });
    await Promise.all(Array.from({ length: LEFTOVERS }, () => leaveOne(network.id)));

    home.startManager();
    const began = Date.now();
    await restartDynos(home.ctx, app, home.user);
    const serving = async () => (await home.rows(app)).some((row) => row.id !== before?.id && row.state === 'up');
    await until(serving, RESTARTED_WITHIN_MS).toBe(true);
    const restartMs = Date.now() - began;
    const left = (await leftovers(app.id)).length;
    await until(async () => (await leftovers(app.id)).length, 30_000 + LEFTOVERS * 2_000).toBe(0);
    process.stdout.write(`restarted after ${restartMs} ms with ${left} of ${LEFTOVERS} left; all gone after ${Date.now() - began} ms\n`);
    await until(() => home.states(app)).toEqual(['web.1 up v3']);
  },
  120_000 + LEFTOVERS * 4_000,
);
