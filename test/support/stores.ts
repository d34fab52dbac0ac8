// A PostgreSQL and a Redis that belong to one test file.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { embeddedPostgres } from '../../src/start/stores/embedded-postgres.js';
import { embeddedRedis } from '../../src/start/stores/embedded-redis.js';
import { fetchRedis, findRedis } from '../../src/start/stores/redis-program.js';

export interface TestStores {
  databaseUrl: string;
  redisUrl: string;
  stop(): Promise<void>;
}

/** Starts an empty PostgreSQL and an empty Redis (about 1.2 s); `stop` removes all traces of them. */
export async function startStores(o: { redisMemoryMb?: number } = {}): Promise<TestStores> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-stores-'));
  chmodSync(dir, 0o711);
  const cacheDir = resolve('node_modules/.cache/slipway');
  const id = basename(dir);
  const postgres = embeddedPostgres({
    dir: join(dir, 'postgres'),
    id,
    settings: { fsync: 'off', full_page_writes: 'off' },
    endsWithUs: true,
  });
  const redis = embeddedRedis({
    dir: join(dir, 'redis'),
    id,
    program: findRedis(cacheDir) ?? (await fetchRedis(cacheDir)),
    memoryMb: o.redisMemoryMb ?? 0,
    endsWithUs: true,
  });
  await Promise.all([postgres.start(), redis.start()]);
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
