// A PostgreSQL of ours, whatever its app does to it, and whatever becomes of its files.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { runInService } from '../../../src/docker/service/service-container.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import type { Kind } from '../../../src/providers/kind.js';
import { makeOffer, type Offer } from '../../../src/providers/offer.js';
import { PLANS } from '../../../src/providers/postgresql/plans.js';
import { postgresql } from '../../../src/providers/postgresql/postgresql.js';
import { openTurns } from '../../../src/providers/turns.js';
import { ensureServiceImages, stackImages } from '../../../src/start/stack/ensure-stack.js';
import { RECIPES } from '../../../src/start/stack/recipe.js';
import { testEngine } from '../../support/engine.js';
import { startRedis, type TestRedis } from '../../support/redis.js';
import { untilSo } from '../../support/until.js';

const engine = testEngine();
const homeId = `t${randomBytes(4).toString('hex')}`;
const addonId = randomUUID();
const [plan] = PLANS;
const kind: Kind = postgresql(PLANS);
let stores: TestRedis;
let bus: Bus;
let offer: Offer;

beforeAll(async () => {
  const [recipe] = RECIPES;
  const images = stackImages(recipe!);
  await ensureServiceImages(engine, recipe!, images);
  stores = await startRedis();
  bus = openBus({ url: stores.url });
  offer = makeOffer({ engine, bus, homeId, stack: recipe!.stack, images: { [recipe!.stack]: images }, turns: openTurns() }, kind);
});

afterAll(async () => {
  await offer?.remove(addonId);
  await bus?.close();
  await stores?.remove();
  await removeDockerObjects(engine, homeId);
});

it('a database that is to be closed is, though its app has locked both', async () => {
  const { body } = await offer.make({ addonId, plan: 'heroku-postgresql:essential-0' });
  const config = body?.['config'] as Record<string, string> | undefined;
  const url = new URL(config?.['HEROKU_POSTGRESQL_URL'] ?? '');
  const database = url.pathname.slice(1);
  url.hostname = '127.0.0.1';
  const asApp = (...statements: string[]) =>
    runInService(engine, addonId, { command: ['psql', '-qXAt', url.href, ...statements.flatMap((each) => ['-c', each])] });
  const locks = ['BEGIN', `ALTER DATABASE ${database} SET default_transaction_read_only = off`, `ALTER ROLE ${url.username} PASSWORD 'x'`];
  const held = asApp(...locks, "SELECT 'held', pg_sleep(300)");
  const isHeld = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT ''held''%'";
  await untilSo('both are locked', async () => (await asApp(isHeld)).stdout === '1\n');
  await offer.limit(addonId, { plan: plan!, verdict: 'closed' });
  expect((await held).status).not.toBe(0);
  expect(await offer.readDisk(addonId)).toMatchObject({ isLimited: true, isClosed: true });
  expect((await asApp('SELECT 1')).stderr).toContain('too many connections for role');
  await offer.limit(addonId, { plan: plan!, verdict: 'fine' });
  expect(await offer.readDisk(addonId)).toMatchObject({ isLimited: false, isClosed: false });
  expect(await asApp('SELECT 1')).toMatchObject({ stdout: '1\n' });
});

it('what does not end inside is not waited for', async () => {
  const running = runInService(engine, addonId, { command: ['sleep', '300'], withinMs: 300 });
  await expect(running).rejects.toThrow('does not end');
});

it('files that its server refuses are kept', async () => {
  await runInService(engine, addonId, { command: ['bash', '-c', ': >data/PG_VERSION'] });
  const container = engine.getContainer(`slipway-addon-${addonId}`);
  await container.kill({ signal: 'KILL' });
  await container.wait();
  await expect(offer.bringUp(addonId, plan!)).rejects.toThrow();
  const kept = await container.infoArchive({ path: '/var/lib/postgresql/data/base/1' });
  expect(kept).toBeDefined();
});
