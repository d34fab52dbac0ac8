// Reads of the API on a platform that has been in use for long: 1,000 apps, 20,000 releases, 200 reads a second.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Pool } from 'undici';
import { findHome } from '../src/start/home/home.js';
import { embeddedPostgres } from '../src/start/stores/embedded-postgres.js';
import { inTransaction, openStore, type Store } from '../src/store/open-store.js';
import type { Platform } from '../test/support/platform.js';
import { atMost, type Bench, type Result } from './support/bench.js';
import { cpuSeconds } from './support/readings.js';

const APPS = 1_000;
const RELEASES_EACH = 20;
const PER_S = 200;
const SECONDS = 10;
const CONNECTIONS = 32;
const OWNER = 'owner@bench.example.com';
const LIMITS_MS = { p50: 4, p99: 25, page: 30 };

interface Account {
  access_token: { token: string };
}

export const api: Bench = {
  name: 'api',
  about: `Reads of the API with ${APPS} apps and ${APPS * RELEASES_EACH} releases, ${PER_S} a second`,
  async run(platform, note) {
    const { access_token: access } = await platform.api<Account>('POST', '/users', { email: OWNER });
    const store = await openStore({ url: databaseUrl(platform), key: Buffer.alloc(32), poolSize: 1 });
    try {
      await seed(store);
      return await measure(platform, access.token, note);
    } finally {
      await sql`delete from apps where name like 'bench-api-%'`.execute(store.db);
      await store.close();
    }
  },
};

function databaseUrl({ home }: Platform): string {
  return process.env['DATABASE_URL'] || embeddedPostgres({ dir: join(home, 'postgres'), id: findHome(home)!.id }).url;
}

/** As many rows as years of use would leave; nothing of them runs. */
async function seed(store: Store): Promise<void> {
  await inTransaction(store, async ({ db }) => {
    await sql`
      insert into apps (name, owner_id, stack, build_stack, release_counter, released_at)
      select 'bench-api-' || n, (select id from users where email = ${OWNER}), 'slipway-12', 'slipway-12', ${RELEASES_EACH}::integer, now()
      from generate_series(1, ${APPS}::integer) n`.execute(db);
    await sql`
      insert into releases (app_id, version, status, description, user_id)
      select apps.id, version, 'succeeded', 'Set A config vars', owner_id
      from apps, generate_series(1, ${RELEASES_EACH}::integer) version where name like 'bench-api-%'`.execute(db);
    await sql`
      insert into formations (app_id, type, quantity, size)
      select id, type, 0, 'Basic' from apps, unnest(array['web', 'worker']) type where name like 'bench-api-%'`.execute(db);
  });
  await sql`analyze`.execute(store.db);
}

async function measure(platform: Platform, token: string, note: (text: string) => void): Promise<Result[]> {
  const pool = new Pool(platform.apiUrl, { connections: CONNECTIONS });
  const headers = { authorization: `Bearer ${token}` };
  for (let n = 0; n < 200; n += 1) await read(pool, pathOf(n), headers);

  const web = platform.pid('web');
  const before = cpuSeconds(web);
  const taken = await atPace(PER_S, SECONDS, async (n) => (await read(pool, pathOf(n), headers)).ms);
  const cpuMs = ((cpuSeconds(web) - before) * 1_000) / taken.length;
  note(`${taken.length} reads, p50 ${ms(at(taken, 0.5))}, p99 ${ms(at(taken, 0.99))}, CPU of web ${ms(cpuMs)} each`);

  const pages = await readPages(pool, headers);
  note(`GET /apps in ${pages.length} pages of 200: ${pages.map(ms).join(', ')}`);
  await pool.destroy();
  return [
    atMost('a read of the API, p50', at(taken, 0.5), LIMITS_MS.p50, ms),
    atMost('a read of the API, p99', at(taken, 0.99), LIMITS_MS.p99, ms),
    atMost('a page of GET /apps, the slowest', Math.max(...pages), LIMITS_MS.page, ms),
  ];
}

/** What is read mostly, of one app after the other. */
function pathOf(n: number): string {
  const app = `/apps/bench-api-${1 + ((n * 37) % APPS)}`;
  return [app, `${app}/releases`, `${app}/formation`, `${app}/releases/${1 + (n % RELEASES_EACH)}`, '/account'][n % 5]!;
}

interface Reading {
  ms: number;
  next: string | null;
}

/** GET. Throws when it isn't answered with what was asked for. */
async function read(pool: Pool, path: string, headers: Record<string, string>): Promise<Reading> {
  const began = performance.now();
  const { statusCode, headers: told, body } = await pool.request({ path, method: 'GET', headers });
  await body.dump();
  if (statusCode !== 200 && statusCode !== 206) throw new Error(`GET ${path} answered ${statusCode}.`);
  return { ms: performance.now() - began, next: told['next-range'] ? String(told['next-range']) : null };
}

/** All pages of one's apps, once the first of them has been read. */
async function readPages(pool: Pool, headers: Record<string, string>): Promise<number[]> {
  const taken: number[] = [];
  await read(pool, '/apps', headers);
  for (let range: string | null = 'name ..'; range !== null;) {
    const page: Reading = await read(pool, '/apps', { ...headers, range });
    taken.push(page.ms);
    range = page.next;
  }
  return taken;
}

/** Begins so many a second, whether those before have been answered or not. */
async function atPace(perS: number, seconds: number, send: (n: number) => Promise<number>): Promise<number[]> {
  const began = performance.now();
  const sent: Promise<number>[] = [];
  for (let n = 0; n < perS * seconds; n += 1) {
    const due = began + (n * 1_000) / perS;
    if (due > performance.now()) await sleep(due - performance.now());
    sent.push(send(n));
  }
  return Promise.all(sent);
}

function at(taken: number[], share: number): number {
  return taken.toSorted((a, b) => a - b)[Math.floor(taken.length * share)] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
