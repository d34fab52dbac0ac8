// Hundreds of apps that sleep: nothing runs of them, looking at them costs next to nothing, and each wakes when it is asked for.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { DynoState } from '../../../src/model/dyno.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { recordReport } from '../../../src/store/app/activity.js';
import { ask } from '../../support/ask.js';
import { openMemoryDriver, type MemoryDriver } from '../../support/memory-driver.js';
import { stillClock } from '../../support/still-clock.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const APPS = 500;
const IDLE_AFTER_MS = 1_800_000;
const SWEEP_MS = 5_000;
const SWEEPS = 20;
const clock = stillClock();
let driver: MemoryDriver;
let home: Home;
let router: Router;

beforeAll(async () => {
  driver = openMemoryDriver({
    clock,
    programs: { serve: { listens: 'port', serves: (_request, response) => void response.end('awake') } },
  });
  home = await openHome({ idleAfterMs: IDLE_AFTER_MS, memory: { driver, clock } });
  const { store, bus, lines } = home.ctx;
  router = await startRouter({ store, bus, lines, domain: 'localhost', bind: '127.0.0.1', port: 0, tlsPort: 0, home: '/nonexistent' });
});
afterAll(async () => {
  await router?.stop(0);
  await home?.close();
});

/** Apps that sleep, as their rows are. */
async function createSleepers(): Promise<void> {
  const app = await home.newApp();
  await home.deploy(app, {}, { web: 'serve' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const ids = Array.from({ length: APPS }, () => randomUUID());
  await sql`
    with made as (
      insert into apps (id, name, owner_id, stack, build_stack)
      select id, 'sleeper-' || n, ${app.ownerId}, ${app.stack}, ${app.stack} from unnest(${ids}::uuid[]) with ordinality as t (id, n)
      returning id
    ), released as (
      insert into releases (app_id, version, status, description, slug_id, user_id)
      select made.id, 3, 'succeeded', 'Deploy', slugs.id, ${app.ownerId} from made, slugs where slugs.app_id = ${app.id}
      returning id, app_id
    ), scaled as (
      insert into formations (app_id, type, quantity, size) select id, 'web', 1, 'Eco' from made
    )
    insert into dynos (app_id, name, type, number, state, size, command, release_id, release_version, node)
    select app_id, 'web.1', 'web', 1, 'idle', 'Eco', 'serve', id, 3, 'test' from released
  `.execute(home.ctx.store.db);
}

async function count(state: DynoState): Promise<number> {
  const rows = await home.ctx.store.db.selectFrom('dynos').select('id').where('state', '=', state).execute();
  return rows.length;
}

/** Lets time pass as it would, with a router that tells that it lives. */
async function turn(ms: number): Promise<void> {
  clock.turn(ms);
  await recordReport(home.ctx.store, { router: 'test', at: new Date(clock.now()), apps: new Map(), lostAfterMs: IDLE_AFTER_MS * 2 });
}

test(`${APPS} apps sleep for nothing, and wake one by one`, async () => {
  await createSleepers();

  const before = process.cpuUsage();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    await turn(SWEEP_MS);
    await new Promise((done) => setTimeout(done, 100));
  }
  const { user, system } = process.cpuUsage(before);
  // The test's own work included; 30 ms where the machine does other things too.
  expect((user + system) / 1000 / SWEEPS).toBeLessThan(150);
  expect(await count('idle')).toBe(APPS);
  expect((await driver.list()).length).toBe(1);

  const place = { routerUrl: `http://127.0.0.1:${router.port}`, domain: 'localhost' };
  const answer = ask(place, 'sleeper-1', '/');
  await until(async () => (await turn(50), count('idle'))).toBe(APPS - 1);
  expect(await answer).toMatchObject({ status: 200, body: 'awake' });
});
