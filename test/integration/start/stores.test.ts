import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { keepAlive, type Daemon } from '../../../src/start/stores/daemon.js';
import { embeddedPostgres } from '../../../src/start/stores/embedded-postgres.js';
import { embeddedRedis } from '../../../src/start/stores/embedded-redis.js';
import { openProgress } from '../../../src/start/screen/progress.js';
import { backendsOf } from '../../../src/start/stores/orphans.js';
import { fetchRedis, findRedis } from '../../../src/start/stores/redis-program.js';
import { until } from '../../support/until.js';
import { ensureRedis } from '../../../src/start/stores/stores.js';

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

test('PostgreSQL: data outlives a kill, a stop and a second start, which adopts', async () => {
  const dir = temporaryDirectory();
  const postgres = managed(embeddedPostgres({ dir, id: 'test' }));
  expect(await postgres.start()).toBe('started');
  await query(postgres, 'create table t (n int)');
  await query(postgres, 'insert into t values (42)');
  expect(await postgres.start()).toBe('adopted');

  process.kill(Number(readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  await until(() => !postgres.pid()).toBe(true);
  expect(await postgres.start()).toBe('started');
  expect(await query(postgres, 'select n from t')).toEqual([{ n: 42 }]);

  await postgres.stop();
  expect(postgres.pid()).toBe(undefined);
});

test('PostgreSQL that was adopted is back within a second of a kill, whatever its backends do and whoever should reap it', async () => {
  const dir = temporaryDirectory();
  const starter = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    STARTER,
    resolve('dist/src/start/stores/embedded-postgres.js'),
    dir,
  ]);
  undo.push(() => void starter.kill('SIGKILL'));
  const [said] = (await once(starter.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('started');
  const postgres = managed(embeddedPostgres({ dir, id: 'test' }));
  expect(await postgres.start()).toBe('adopted');
  undo.push(keepAlive(postgres));
  const busy = query(postgres, 'do $$ begin perform count(*) from generate_series(1, 2000000000); end $$').catch(
    (error: Error) => error.message,
  );
  await until(() => backendsOf(join(dir, 'data')).some(isComputing)).toBe(true);

  starter.kill('SIGSTOP'); // What it has started stays a zombie.
  const pid = Number(readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  const killed = Date.now();
  process.kill(pid, 'SIGKILL');
  const isAnother = () => postgres.pid() !== undefined && postgres.pid() !== pid;
  await until(() => isAnother() && readFileSync(join(dir, 'data/postmaster.pid'), 'utf8').includes('ready')).toBe(true);
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(Date.now() - killed).toBeLessThan(2_000); // 0.4 to 0.6 s on a machine at a load of 23; it was 2 to 6.
  expect(await busy).toMatch(/terminat/);
});

test('PostgreSQL runs from a home that its account may not pass through, and with a long path', async () => {
  const hidden = temporaryDirectory();
  const postgres = managed(embeddedPostgres({ dir: join(hidden, 'a'.repeat(80), 'postgres'), id: `test-${process.pid}` }));
  expect(await postgres.start()).toBe('started');
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('PostgreSQL: data of another version is refused with what to do', async () => {
  const dir = temporaryDirectory();
  const postgres = managed(embeddedPostgres({ dir, id: 'test' }));
  await postgres.start();
  await postgres.stop();
  execFileSync('sh', ['-c', 'echo 14 > "$0/data/PG_VERSION"', dir]);
  await expect(postgres.start()).rejects.toThrow(/made by PostgreSQL 14, this Slipway brings 18/);
});

test('Redis: what was written outlives a kill; whoever watches starts it again', async () => {
  const redis = managed(
    embeddedRedis({ dir: temporaryDirectory(), id: 'test', program: findRedis(resolve('node_modules/.cache/slipway'))! }),
  );
  expect(await redis.start()).toBe('started');
  const client = new Redis(redis.url);
  client.on('error', () => undefined);
  undo.push(() => client.disconnect());
  await client.set('a', '1');
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  await new Promise((resolve) => setTimeout(resolve, 1_100)); // appendfsync everysec

  undo.push(keepAlive(redis));
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  process.kill(pid, 'SIGKILL');
  await until(() => redis.pid() !== undefined && redis.pid() !== pid).toBe(true);
  expect(await client.get('a')).toBe('1');
});

test("Redis comes from the distribution's packages without root where PATH has none", async () => {
  const cacheDir = temporaryDirectory();
  const program = await fetchRedis(cacheDir);
  expect(execFileSync(program.path, ['--version'], { env: program.env }).toString()).toMatch(/server v=\d/);
  expect(existsSync(join(cacheDir, 'redis/usr/bin'))).toBe(true);
});

test('with SLIPWAY_INSTALL=no a missing Redis is told with the command that installs it', async () => {
  const [path, cacheDir] = [process.env['PATH'], temporaryDirectory()];
  undo.push(() => void (process.env['PATH'] = path));
  process.env['PATH'] = programs('apt-get', 'dpkg');
  const refusal =
    'Redis is missing and SLIPWAY_INSTALL=no forbids fetching it: run `sudo apt-get install redis-server`, or set ' +
    'REDIS_URL, then try again.';
  await expect(ensureRedis({ mayInstall: false, cacheDir, progress: openProgress() })).rejects.toThrow(refusal);
});

/** Whether a process of PostgreSQL is at work on a statement. */
function isComputing(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(' DO');
}

/** Starts PostgreSQL, and stays. */
const STARTER = `
  const { embeddedPostgres } = await import(process.argv[1]);
  process.stdout.write(await embeddedPostgres({ dir: process.argv[2], id: 'test' }).start());
  setInterval(() => undefined, 1_000);
`;

/** A directory that holds links to these programs and nothing else. */
function programs(...names: string[]): string {
  const dir = temporaryDirectory();
  for (const name of names) symlinkSync(`/usr/bin/${name}`, join(dir, name));
  return dir;
}

function managed(daemon: Daemon): Daemon {
  undo.push(() => daemon.stop());
  return daemon;
}

function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function query(postgres: Daemon, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}
