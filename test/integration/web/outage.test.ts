// PostgreSQL and Redis going away while web runs, and coming back.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedPostgres } from '../../../src/start/stores/embedded-postgres.js';
import { embeddedRedis } from '../../../src/start/stores/embedded-redis.js';
import { fetchRedis, findRedis } from '../../../src/start/stores/redis-program.js';
import { callAs, type Call } from '../api/client.js';
import { openWeb, type OpenWeb } from './open-web.js';

let web: OpenWeb;
let admin: Call;
let postgres: ReturnType<typeof embeddedPostgres>;
let redis: ReturnType<typeof embeddedRedis>;

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-outage-'));
  chmodSync(dir, 0o711);
  const cacheDir = resolve('node_modules/.cache/slipway');
  postgres = embeddedPostgres({ dir: join(dir, 'postgres'), id: basename(dir) });
  redis = embeddedRedis({ dir: join(dir, 'redis'), id: basename(dir), program: findRedis(cacheDir) ?? (await fetchRedis(cacheDir)) });
  await Promise.all([postgres.start(), redis.start()]);
  const stop = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(dir, { recursive: true, force: true });
  };
  web = await openWeb({}, { databaseUrl: postgres.url, redisUrl: redis.url, stop });
  admin = callAs(() => web.url, web.adminToken);
  await admin('POST', '/apps', { name: 'demo' });
});
afterAll(() => web.stop());

describe('PostgreSQL', () => {
  it('away: one clear line at once; back: all as before', async () => {
    await postgres.stop();
    const began = Date.now();
    for (const [method, path, body] of [
      ['GET', '/apps'],
      ['GET', '/account'],
      ['POST', '/apps', {}],
    ] as const) {
      expect(await admin(method, path, body)).toMatchObject({
        status: 503,
        body: { id: 'unavailable', message: 'The platform cannot reach its database right now. Try again in a moment.' },
      });
    }
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(await (await fetch(`${web.url}/healthz`)).json()).toMatchObject({
      problems: expect.arrayContaining(['postgresql: not reachable']),
      stores: { postgresql: 'down', redis: 'up' },
    });
    await postgres.start();
    await expect.poll(async () => (await admin('GET', '/apps/demo')).status).toBe(200);
  });
});

describe('Redis', () => {
  it('away: what is known is still told, changes are refused at once; back: all as before', async () => {
    await redis.stop();
    await expect.poll(async () => (await admin('PATCH', '/apps/demo', { maintenance: false })).status).toBe(503);
    const began = Date.now();
    expect(await admin('PATCH', '/apps/demo/config-vars', { A: '1' })).toMatchObject({
      status: 503,
      body: { id: 'unavailable', message: expect.stringContaining('Redis') },
    });
    expect(await admin('GET', '/apps/demo')).toMatchObject({ status: 200, body: { maintenance: false } });
    expect(await admin('GET', '/apps/demo/config-vars')).toMatchObject({ status: 200, body: {} });
    expect(await (await fetch(`${web.url}/healthz`)).json()).toMatchObject({
      problems: ['redis: not reachable'],
      processes: { web: 'up', builder: 'unknown' },
    });
    expect(Date.now() - began).toBeLessThan(20_000);
    await redis.start();
    await expect.poll(async () => (await admin('PATCH', '/apps/demo', { maintenance: false })).status).toBe(200);
    expect((await admin('PATCH', '/apps/demo/config-vars', { A: '1' })).status).toBe(200);
    await expect.poll(() => web.ctx.queue.waiting('release')).toHaveLength(1);
  });
});
