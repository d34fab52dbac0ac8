// PostgreSQL and Redis: those given, or embedded ones that are watched until we stop.
import { join } from 'node:path';
import type { Cleanup } from '../cleanup.js';
import { keepAlive, type Daemon } from './daemon.js';
import { embeddedPostgres } from './embedded-postgres.js';
import { embeddedRedis } from './embedded-redis.js';
import { findProgram } from '../machine/find-program.js';
import type { Home } from '../home/home.js';
import { remedy } from '../machine/install.js';
import type { Progress } from '../screen/progress.js';
import { fetchRedis, findRedis, type RedisProgram } from './redis-program.js';

interface Options {
  home: Home;
  /** DATABASE_URL and REDIS_URL; empty for embedded ones. */
  databaseUrl: string;
  redisUrl: string;
  /** The ceiling of the embedded Redis. */
  redisMemoryMb: number;
  mayInstall: boolean;
  /** Where downloaded programs are kept. */
  cacheDir: string;
  progress: Progress;
  cleanup: Cleanup;
}

/** Makes both stores answer and returns their URLs. */
export async function ensureStores(o: Options): Promise<{ databaseUrl: string; redisUrl: string }> {
  return {
    databaseUrl: o.databaseUrl || (await startDaemon(o, 'PostgreSQL', homePostgres(o.home))),
    redisUrl: o.redisUrl || (await startDaemon(o, 'Redis', homeRedis(o.home, await ensureRedis(o), o.redisMemoryMb))),
  };
}

/** Stops the stores of a home that its killed starter left behind. */
export async function stopStores(home: Home): Promise<void> {
  await Promise.all([homePostgres(home).stop(), homeRedis(home, { path: '', env: {} }).stop()]);
}

/** The Redis of this machine, fetched from the distribution's packages when it has none. */
export async function ensureRedis(o: Pick<Options, 'mayInstall' | 'cacheDir' | 'progress'>): Promise<RedisProgram> {
  const found = findRedis(o.cacheDir);
  if (found) return found;
  const isDebian = findProgram('apt-get') !== undefined && findProgram('dpkg') !== undefined;
  const missing = { what: 'Redis', packages: ['redis-server'], otherwise: 'or set REDIS_URL' };
  if (!o.mayInstall) throw new Error(`Redis is missing and SLIPWAY_INSTALL=no forbids fetching it: ${remedy(missing, isDebian)}`);
  if (!isDebian) throw new Error(`Redis is missing: ${remedy(missing, isDebian)}`);
  return o.progress.step("Fetching Redis from the distribution's packages", () => fetchRedis(o.cacheDir));
}

async function startDaemon({ progress, cleanup }: Options, title: string, daemon: Daemon): Promise<string> {
  await progress.step(`Starting ${title}`, () => daemon.start());
  cleanup.add(() => daemon.stop());
  cleanup.add(keepAlive(daemon));
  return daemon.url;
}

function homePostgres(home: Home): Daemon {
  return embeddedPostgres({ dir: join(home.dir, 'postgres'), id: home.id });
}

function homeRedis(home: Home, program: RedisProgram, memoryMb = 0): Daemon {
  return embeddedRedis({ dir: join(home.dir, 'redis'), id: home.id, program, memoryMb });
}
