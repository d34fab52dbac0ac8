// Backups of a database of ours, from the first byte to their proof: captured, kept sealed, restored and compared row by row.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeTransfer } from '../../../src/store/backup/transfers.js';
import { untilSo } from '../../support/until.js';
import { callAs, type Call } from '../api/client.js';
import { openBackupWorld, type BackupWorld, type Shown } from './backup-world.js';

const TRANSFERS = '/client/v11/apps/shop/transfers';
const ROWS = 5_000;
const FILL = `
  SET ROLE :role;
  CREATE EXTENSION hstore;
  CREATE SCHEMA "Odd ""Schema";
  CREATE TYPE mood AS ENUM ('fine', 'ärgerlich');
  CREATE TABLE items (id serial PRIMARY KEY, name text NOT NULL, mood mood, facts jsonb, tags hstore, raw bytea, at timestamptz);
  INSERT INTO items (name, mood, facts, tags, raw, at)
    SELECT 'Übung ' || n, CASE n % 3 WHEN 0 THEN 'fine' WHEN 1 THEN 'ärgerlich' END::mood, jsonb_build_object('n', n, 'x', E'\\t"\\n'),
      hstore('n', n::text), decode(md5(n::text), 'hex'), now() - n * interval '1 minute' FROM generate_series(1, ${ROWS}) n;
  CREATE TABLE "Odd ""Schema"."Odd table" (a int, b text);
  INSERT INTO "Odd ""Schema"."Odd table" VALUES (1, NULL), (2, ''), (3, E'\\\\N');
  CREATE TABLE empty ();
  CREATE TABLE parts (day date, n int) PARTITION BY RANGE (day);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  INSERT INTO parts SELECT '2026-01-05', n FROM generate_series(1, 7) n;
  CREATE VIEW named AS SELECT id, name FROM items;
  CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
  SELECT lo_from_bytea(0, 'a large object');
`;
const TABLES = ['items', '"Odd ""Schema"."Odd table"', 'empty', 'parts', 'named'];

let world: BackupWorld;
let stranger: Call;

beforeAll(async () => {
  world = await openBackupWorld();
  const role = await world.sql(
    `SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = '${world.database}'`,
  );
  await world.sql(FILL.replaceAll(':role', role));
  await world.sql(`ALTER DATABASE ${world.database} SET search_path = "$user", public`);
  const other = await world.call<{ access_token: { token: string } }>('POST', '/users', { email: 'other@example.com' });
  stranger = callAs(() => world.web.url, other.access_token.token);
});
afterAll(() => world?.close());

/** Every row of every table, and what isn't a row. */
async function content(): Promise<string> {
  const rows = await Promise.all(TABLES.map((table) => world.sql(`SELECT t FROM ${table} t ORDER BY t::text`)));
  const others = [
    'SELECT twice(21)',
    'SELECT last_value FROM items_id_seq',
    "SELECT convert_from(lo_get(oid), 'utf8') FROM pg_largeobject_metadata",
    'SHOW search_path',
    'SELECT extname FROM pg_extension ORDER BY 1',
    "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  ];
  return [...rows, ...(await Promise.all(others.map((text) => world.sql(text))))].join('\n--\n');
}

async function restored(backup: Shown): Promise<Shown> {
  const begun = await world.call('POST', `/client/v11/databases/${world.addonId}/restores`, { backup_url: backup.to_url });
  return world.ended(begun.id);
}

/** Holds what a dump has to wait for, until the returned function is called. */
async function hold(): Promise<() => Promise<void>> {
  const held = world.sql("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE; SELECT 'held', pg_sleep(300)").catch(() => undefined);
  const pids = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%''held''%' AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'";
  await untilSo('it is locked', async () => (await world.sql(pids)) !== '');
  return async () => {
    await world.sql(`SELECT pg_terminate_backend(pid) FROM (${pids}) held`);
    await held;
  };
}

const isWaiting = async () => (await world.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'slipway-%'")) !== '0';
const verified = (id: string) =>
  untilSo(`${id} is proved`, async () =>
    ['verified', 'failed'].includes((await world.call('GET', `${TRANSFERS}/${id}`)).proof?.state ?? ''),
  );

describe('a backup', { timeout: 240_000 }, () => {
  let first: Shown;

  it('is captured, kept sealed, and proved by a restore that counts', async () => {
    const begun = await world.capture();
    expect(begun).toMatchObject({ name: 'b001', from_type: 'pg_dump', to_type: 'gof3r', from_name: 'DATABASE', succeeded: null });
    first = await world.ended(begun.id);
    expect(first).toMatchObject({ state: 'succeeded', succeeded: true, to_url: expect.stringContaining(first.id) as string });
    expect(first.source_bytes).toBeGreaterThan(1_000_000);
    const file = readFileSync(join(world.dir, first.id));
    expect(file.length).toBeGreaterThan(first.processed_bytes);
    expect(file.includes('PGDMP')).toBe(false);
    await verified(first.id);
    const shown = await world.call('GET', `${TRANSFERS}/1`);
    expect(shown.proof).toMatchObject({ state: 'verified', tables: 4, rows: ROWS + 3 + 7, reason: null });
    expect(shown.logs.at(-1)?.message).toMatch(/^verified \d{4}-\d\d-\d\d, 4 tables, 5010 rows$/);
    await untilSo('the app is told', async () => /backup b001 verified .*, 4 tables, 5010 rows/.test(await world.log()));
  });

  it('is restored row by row, whatever was done meanwhile', async () => {
    const before = await content();
    await world.sql("DROP TABLE parts; DELETE FROM items WHERE id % 2 = 0; UPDATE items SET name = 'x'; CREATE TABLE other (n int)");
    const restore = await restored(first);
    expect(restore).toMatchObject({ name: 'r002', state: 'succeeded', warnings: 0, processed_bytes: first.processed_bytes });
    expect(await content()).toBe(before);
    expect(await world.sql("SELECT count(*) FROM pg_class WHERE relname = 'other'")).toBe('0');
    expect(await world.sql('SELECT count(*) FROM pg_database WHERE NOT datistemplate')).toBe('2');
  });

  it('is had by a URL that is signed, whole, and by nobody who changes it', async () => {
    const { url } = await world.call<{ url: string }>('POST', `${TRANSFERS}/1/actions/public-url`);
    const answer = await fetch(url);
    const dump = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shop-b001.dump"');
    expect([dump.length, dump.subarray(0, 5).toString()]).toEqual([first.processed_bytes, 'PGDMP']);
    for (const changed of [url.replace(/expires=\d/, 'expires=9'), first.to_url!]) expect((await fetch(changed)).status).toBe(403);
  });

  it('one goes on at a time; one that is cancelled leaves nothing', async () => {
    const release = await hold();
    const begun = await world.capture();
    await untilSo('it has begun', isWaiting);
    const second = await world.admin('POST', `/client/v11/databases/${world.addonId}/backups`);
    expect(second).toMatchObject({ status: 409, body: { message: expect.stringContaining(`${begun.name} of `) as string } });
    await world.call('POST', `${TRANSFERS}/${begun.num}/actions/cancel`);
    expect(await world.ended(begun.id)).toMatchObject({ state: 'cancelled', succeeded: false });
    await untilSo('nothing of it is left in the server', async () => !(await isWaiting()));
    await release();
    expect(world.files()).toEqual([first.id]);
  });

  it('whose process is killed has failed, nothing of it is left, and the next one works', async () => {
    const release = await hold();
    const begun = await world.capture();
    await untilSo('it has begun', async () => (await isWaiting()) && world.files().some((name) => name.startsWith(begun.id)));
    await world.kill();
    world.start();
    expect(await world.ended(begun.id)).toMatchObject({
      state: 'failed',
      logs: expect.arrayContaining([expect.objectContaining({ message: 'Backup failed: the platform was stopped meanwhile' })]) as unknown,
    });
    await untilSo('nothing of it is left in the server', async () => !(await isWaiting()));
    await release();
    expect(world.files()).toEqual([first.id]);
    const next = await world.ended((await world.capture()).id);
    expect(next).toMatchObject({ state: 'succeeded' });
    await world.call('DELETE', `${TRANSFERS}/${next.num}`);
    await untilSo('its content is gone', () => world.files().join() === first.id);
  });

  it('by the clock is numbered as such, proved, and comes once a day', async () => {
    const path = `/client/v11/databases/${world.addonId}/transfer-schedules`;
    await world.call('POST', path, { hour: '3', timezone: 'Europe/Vienna', schedule_name: 'DATABASE_URL' });
    const again = await world.call<{ uuid: string }>('POST', path, {
      hour: '04',
      timezone: 'Europe/Vienna',
      schedule_name: 'DATABASE_URL',
    });
    expect(await world.call('GET', path)).toMatchObject([{ uuid: again.uuid, name: 'DATABASE_URL', hour: 4, timezone: 'Europe/Vienna' }]);
    await world.web.ctx.store.db
      .updateTable('backupSchedules')
      .set({ dueAt: new Date(Date.now() - 60_000) })
      .execute();
    await world.web.ctx.bus.publish('transfers-changed', { addonId: world.addonId });
    const byClock = async () => (await world.call<Shown[]>('GET', TRANSFERS)).filter(({ schedule }) => schedule !== null);
    await untilSo('it is captured', async () => (await byClock())[0]?.succeeded === true);
    const [captured] = await byClock();
    expect(captured).toMatchObject({ name: expect.stringMatching(/^a\d{3}$/) as string, from_name: 'DATABASE' });
    await verified(captured!.id);
    expect(await byClock()).toMatchObject([{ proof: { state: 'verified', tables: 4 } }]);
    await world.call('DELETE', `${path}/${again.uuid}`);
    expect(await world.call('GET', path)).toEqual([]);
  });

  it('that was damaged is found by its proof, told, and not restored', async () => {
    const hook = { url: 'https://127.0.0.1:1/hook', include: ['api:transfer'], level: 'notify' };
    await world.call('POST', '/apps/shop/webhooks', hook);
    const before = await content();
    const file = readFileSync(join(world.dir, first.id));
    file[file.length >> 1]! ^= 1;
    writeFileSync(join(world.dir, first.id), file);
    await changeTransfer(world.web.ctx.store, first.id, { proof: 'due' });
    await world.web.ctx.bus.publish('transfers-changed', { addonId: world.addonId });
    await verified(first.id);
    const reason = 'it was changed, or cut short';
    expect(await world.call('GET', `${TRANSFERS}/1`)).toMatchObject({ proof: { state: 'failed', reason } });
    await untilSo('the app is told', async () => /backup b001 can't be restored, tried .*: it was changed/.test(await world.log()));
    const events = await world.call<{ payload: { data: { proof: { state: string } } } }[]>('GET', '/apps/shop/webhook-events');
    expect(events.map(({ payload }) => payload.data.proof.state)).toContain('failed');
    expect(await restored(first)).toMatchObject({ state: 'failed', succeeded: false });
    expect(await content()).toBe(before);
  });

  it("is nobody else's", async () => {
    const ofDatabase = `/client/v11/databases/${world.addonId}`;
    const asked: [string, string, object?][] = [
      ['GET', TRANSFERS],
      ['GET', `${TRANSFERS}/1`],
      ['GET', `${TRANSFERS}/${first.id}`],
      ['POST', `${TRANSFERS}/1/actions/public-url`],
      ['POST', `${TRANSFERS}/1/actions/cancel`],
      ['DELETE', `${TRANSFERS}/1`],
      ['POST', `${ofDatabase}/backups`],
      ['POST', `${ofDatabase}/restores`, { backup_url: first.to_url }],
      ['GET', `${ofDatabase}/transfer-schedules`],
      ['POST', `${ofDatabase}/transfer-schedules`, { hour: 3 }],
    ];
    for (const [method, path, body] of asked) expect((await stranger(method, path, body)).status, `${method} ${path}`).toBe(404);
  });
});
