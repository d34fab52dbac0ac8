// Metrics from the writers' points to the answer: kept, rolled up, trimmed, read.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { rollUpMetrics } from '../../../src/chores/roll-up-metrics.js';
import type { App } from '../../../src/model/app.js';
import { floor } from '../../../src/model/metrics/levels.js';
import { addReading, addRequest, type Point } from '../../../src/model/metrics/point.js';
import type { User } from '../../../src/model/user.js';
import { forgetGoneApps, writePoints } from '../../../src/store/app/metrics.js';
import { keepMetrics } from '../../../src/store/keep-metrics.js';
import { findUser } from '../../../src/store/people/users.js';
import { stillClock } from '../../support/still-clock.js';
import { untilSo } from '../../support/until.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';

const [S, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

interface Statuses {
  step: number;
  start_time: string;
  end_time: string;
  statuses: { status: string; count: number[]; p50: (number | null)[] }[];
}
interface Dynos {
  dynos: { type: string; name: string; memory: (number | null)[]; load: (number | null)[] }[];
}

let web: OpenWeb;
let admin: Call;
let user: User;
let shop: App;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  shop = await createApp(web.ctx, { user, name: 'shop' });
});
afterAll(() => web.stop());

const rowsOf = (appId: string) => web.ctx.store.db.selectFrom('metrics').selectAll().where('appId', '=', appId).execute();
const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
const read = async <T>(path: string) => (await admin('GET', path)).body as T;

/** As one writer wrote it of the ten seconds that hold `at`. */
function write(app: Pick<App, 'id'>, at: number, source: string, fill: (point: Point) => void): Promise<void> {
  const point: Point = {};
  fill(point);
  return writePoints(web.ctx.store, { at: new Date(floor(at, 10 * S)), stepMs: 10 * S, source }, new Map([[app.id, point]]));
}

describe('metrics', () => {
  it('of two routers and a dyno manager are one answer at each level, and cost a row for each level in the end', async () => {
    const now = Date.now();
    const start = floor(now - 50 * MINUTE, 10 * MINUTE);
    for (let at = start; at < start + 30 * MINUTE; at += 30 * S) {
      for (const source of ['one', 'two']) await write(shop, at, source, (point) => addRequest(point, { status: 200, ms: 40 }));
    }
    await write(shop, start, 'dynos', (point) => addReading(point, 'web.1', { type: 'web', memoryMb: 99, load: 0.5 }));
    const counts = async (window: string) => {
      const { step, statuses } = await read<Statuses>(`/apps/shop/metrics/router?window=${window}`);
      return { step, counted: total(statuses[0]!.count), p50: [...new Set(statuses[0]!.p50.filter((each) => each !== null))] };
    };
    const before = await Promise.all(['2h', '24h', '7d'].map(counts));
    expect(before).toEqual([10, 60, 600].map((step) => ({ step, counted: 120, p50: [40.5] })));
    await rollUpMetrics(web.ctx.store, now);
    await rollUpMetrics(web.ctx.store, now);
    expect(await Promise.all(['2h', '24h', '7d'].map(counts))).toEqual(before);
    const rows = await rowsOf(shop.id);
    const kept = (stepS: number) => rows.filter((row) => row.stepS === stepS).length;
    expect([kept(10), kept(60), kept(600)]).toEqual([121, 30, 3]);
    const { dynos } = await read<Dynos>('/apps/shop/metrics/dynos?window=24h');
    expect(dynos).toMatchObject([{ type: 'web', name: 'web.1' }]);
    expect(dynos[0]!.memory.filter((each) => each !== null)).toEqual([99]);
  });

  it('go when their level ends, after they were rolled up', async () => {
    const app = await createApp(web.ctx, { user, name: 'old' });
    const now = Date.now();
    for (const ago of [3 * HOUR, 26 * HOUR, 8 * 24 * HOUR])
      await write(app, now - ago, 'one', (point) => addRequest(point, { status: 500, ms: 1 }));
    // What was rolled up already isn't looked at again: of the one app only.
    await web.ctx.store.db.deleteFrom('metrics').where('appId', '=', shop.id).execute();
    await rollUpMetrics(web.ctx.store, now);
    const left = (await rowsOf(app.id)).map(({ stepS, at }) => [stepS, Math.round((now - at.getTime()) / HOUR)]);
    expect(left.toSorted((a, b) => a[1]! - b[1]!)).toEqual(
      expect.arrayContaining([
        [60, 3],
        [600, 3],
        [600, 26],
      ]),
    );
    expect(left).toHaveLength(3);
    expect(total((await read<Statuses>('/apps/old/metrics/router?window=7d')).statuses[0]!.count)).toBe(2);
  });

  it('are read from a time to a time, and of some dynos', async () => {
    const app = await createApp(web.ctx, { user, name: 'some' });
    const at = floor(Date.now() - 10 * MINUTE, 10 * S);
    await write(app, at, 'dynos', (point) => {
      addReading(point, 'web.1', { type: 'web', memoryMb: 10, load: 0 });
      addReading(point, 'web.2', { type: 'web', memoryMb: 20, load: 0 });
      addReading(point, 'clock.1', { type: 'clock', memoryMb: 30, load: 0 });
    });
    const from = `start_time=${new Date(at).toISOString()}&end_time=${new Date(at + 20 * S).toISOString()}`;
    const names = async (query: string) => (await read<Dynos>(`/apps/some/metrics/dynos?${query}`)).dynos.map(({ name }) => name);
    expect(await names(from)).toEqual(['clock.1', 'web.1', 'web.2']);
    expect(await names(`${from}&type=web`)).toEqual(['web.1', 'web.2']);
    expect(await names(`${from}&dyno=web.2`)).toEqual(['web.2']);
    expect((await read<Dynos>(`/apps/some/metrics/dynos?${from}`)).dynos[1]!.memory).toEqual([10, null]);
    const refused = await admin('GET', '/apps/some/metrics/dynos?window=1h');
    expect(refused).toMatchObject({ status: 422, body: { id: 'invalid_params', message: 'window: must be 2h, 24h, 7d.' } });
  });

  it('go with their app, and what comes after it', async () => {
    const [gone, stays] = [await createApp(web.ctx, { user, name: 'gone' }), await createApp(web.ctx, { user, name: 'stays' })];
    for (const app of [gone, stays]) await write(app, Date.now(), 'one', (point) => addRequest(point, { status: 200, ms: 1 }));
    await destroyApp(web.ctx, gone);
    expect(await rowsOf(gone.id)).toEqual([]);
    // One write of both: that of the app that is gone isn't kept, and keeps the other from nothing.
    const points = new Map([gone, stays].map((app) => [app.id, { requests: {} }]));
    await writePoints(web.ctx.store, { at: new Date(0), stepMs: 10 * S, source: 'two' }, points);
    expect([(await rowsOf(gone.id)).length, (await rowsOf(stays.id)).length]).toEqual([0, 2]);
    await web.ctx.store.db
      .insertInto('metrics')
      .values({ appId: gone.id, stepS: 10, at: new Date(), source: 'late', point: '{}' })
      .execute();
    await forgetGoneApps(web.ctx.store);
    expect([(await rowsOf(gone.id)).length, (await rowsOf(stays.id)).length]).toEqual([0, 2]);
  });

  it('that could not be written are written with the next, each interval once', async () => {
    const { db } = web.ctx.store;
    const app = await createApp(web.ctx, { user, name: 'patient' });
    const clock = stillClock();
    const said = vi.spyOn(process.stdout, 'write');
    let taken = 0;
    const take = () => new Map([[app.id, { requests: { '2xx': { count: (taken += 1), latency: {} } } }]]);
    const kept = keepMetrics(web.ctx.store, { take }, clock);
    await sql`alter table metrics rename to metrics_away`.execute(db);
    clock.turn(15 * S);
    await untilSo('it is kept back', () => said.mock.calls.some(([line]) => String(line).startsWith('at=metrics-kept-back apps=1 ')));
    said.mockRestore();
    await sql`alter table metrics_away rename to metrics`.execute(db);
    clock.turn(10 * S);
    await untilSo('it is written', async () => (await rowsOf(app.id)).length === 1);
    await kept.stop();
    const rows = (await rowsOf(app.id)).toSorted((a, b) => a.at.getTime() - b.at.getTime());
    expect(rows.map(({ point }) => point.requests!['2xx']!.count)).toEqual([1 + 2, 3]);
    expect(rows[1]!.at.getTime() - rows[0]!.at.getTime()).toBe(10 * S);
    expect(rows[0]!.source).toMatch(/^[0-9a-f]{8}$/);
  });

  it('are written on when the clock is set back, beside what was written of that time before', async () => {
    const app = await createApp(web.ctx, { user, name: 'turned-back' });
    const still = stillClock();
    let setBackMs = 0;
    const clock = { ...still, now: () => still.now() - setBackMs };
    const take = () => new Map([[app.id, { requests: {} }]]);
    const kept = keepMetrics(web.ctx.store, { take }, clock);
    const sources = async () => new Set((await rowsOf(app.id)).map(({ source }) => source)).size;
    still.turn(30 * S);
    await untilSo('it is written', async () => (await sources()) === 1);
    setBackMs = HOUR;
    still.turn(30 * S);
    await untilSo('it is written again', async () => (await sources()) === 2);
    await kept.stop();
  });

  it('are rolled up though some are of the future, as a clock had it that was set back', async () => {
    const app = await createApp(web.ctx, { user, name: 'early' });
    // Later than anything that was rolled up so far.
    const now = Date.now() + 30 * MINUTE;
    await writePoints(web.ctx.store, { at: new Date(floor(now + 24 * HOUR, MINUTE)), stepMs: MINUTE, source: '' }, new Map([[app.id, {}]]));
    await write(app, now - 5 * MINUTE, 'one', (point) => addRequest(point, { status: 200, ms: 1 }));
    await rollUpMetrics(web.ctx.store, now);
    expect((await rowsOf(app.id)).filter(({ stepS, at }) => stepS === 60 && at.getTime() < now)).toHaveLength(1);
    await web.ctx.store.db.deleteFrom('metrics').where('appId', '=', app.id).execute();
  });

  it('of many apps are rolled up by two at once, neither of whom waits for the other', async () => {
    const { db } = web.ctx.store;
    const { rows } = await sql<{ id: string }>`
      insert into apps (name, owner_id, stack, build_stack)
      select 'rolled-' || n, ${user.id}::uuid, 'slipway-12', 'slipway-12' from generate_series(1, 500) n returning id`.execute(db);
    const points = rows.map(({ id }) => [id, {}] as const);
    const orders = [points, points.toReversed(), points, points.toReversed()].map((each) => new Map(each));
    for (let at = 0; at < 5; at += 1)
      await Promise.all(orders.map((each) => writePoints(web.ctx.store, { at: new Date(at * MINUTE), stepMs: MINUTE, source: '' }, each)));
    await Promise.all([1, 2].map(() => rollUpMetrics(web.ctx.store, Date.now())));
    await db.deleteFrom('apps').where('name', 'like', 'rolled-%').execute();
    await forgetGoneApps(web.ctx.store);
    expect(
      await db
        .selectFrom('metrics')
        .selectAll()
        .where(
          'appId',
          'in',
          rows.map(({ id }) => id),
        )
        .execute(),
    ).toEqual([]);
  });
});

it('lists of apps and releases are read by an index', async () => {
  const { db } = web.ctx.store;
  await sql`
    insert into apps (name, owner_id, stack, build_stack)
    select 'many-' || n, ${user.id}::uuid, 'slipway-12', 'slipway-12' from generate_series(1, 1000) n`.execute(db);
  await sql`
    insert into releases (app_id, version, status, description, user_id)
    select apps.id, version, 'succeeded', 'x', ${user.id}::uuid from apps, generate_series(1, 20) version where name like 'many-%'`.execute(
    db,
  );
  await sql`analyze`.execute(db);
  const planOf = async (query: ReturnType<typeof sql>) => JSON.stringify((await sql`explain ${query}`.execute(db)).rows);
  const other = sql`(select owner_id from apps limit 1)`;
  const app = sql`(select id from apps where name = 'many-7')`;
  expect(await planOf(sql`select * from apps where owner_id = ${other} order by name limit 201`)).toMatch(
    /Index Scan using apps_(by_owner|name_key)/,
  );
  expect(await planOf(sql`select * from apps where owner_id = ${other} order by updated_at, id limit 201`)).toContain('apps_by_change');
  expect(await planOf(sql`select * from releases where app_id = ${app} order by created_at, id limit 201`)).toContain('releases_by_time');
});
