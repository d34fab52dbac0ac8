// Our provider as the platform meets it: Heroku's contract at a socket. Whatever is asked twice is there once.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ofHome } from '../../../src/docker/labels.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { OWN_PROVIDERS } from '../../../src/model/addon/own-services.js';
import type { ImagesByStack } from '../../../src/model/build/stack.js';
import { callProvider } from '../../../src/outbound/call-provider.js';
import { openFetchGuard } from '../../../src/outbound/fetch-guard.js';
import { listen } from '../../../src/providers/listen.js';
import { makeOffer, type Offer } from '../../../src/providers/offer.js';
import { PLANS } from '../../../src/providers/redis/plans.js';
import { redis } from '../../../src/providers/redis/redis.js';
import { openTurns } from '../../../src/providers/turns.js';
import { ensureServiceImages, stackImages } from '../../../src/start/stack/ensure-stack.js';
import { RECIPES } from '../../../src/start/stack/recipe.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { testEngine } from '../../support/engine.js';
import { startRedis, type TestRedis } from '../../support/redis.js';

const engine = testEngine();
const homeId = `t${randomBytes(4).toString('hex')}`;
const dir = mkdtempSync(join(tmpdir(), 'slipway-providers-'));
const socket = join(dir, 'providers.sock');
const uuid = randomUUID();
const [recipe] = RECIPES;
const { stack } = recipe!;
let images: ImagesByStack;
let stores: TestRedis;
let bus: Bus;
let close: () => void;

beforeAll(async () => {
  await ensureServiceImages(engine, recipe!, stackImages(recipe!));
  stores = await startRedis();
  bus = openBus({ url: stores.url });
  images = { [stack]: stackImages(recipe!) };
  close = await listen(socket, [{ offer: offerOn(stack, images), password: 'right' }]);
});

afterAll(async () => {
  close?.();
  await bus?.close();
  await stores?.remove();
  await removeDockerObjects(engine, homeId);
  rmSync(dir, { recursive: true, force: true });
});

function offerOn(name: string, named: ImagesByStack): Offer {
  return makeOffer({ engine, bus, homeId, stack: name, images: named, turns: openTurns() }, redis(PLANS));
}

function call(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object, password = 'right') {
  const guard = openFetchGuard([], { sockets: { [OWN_PROVIDERS]: socket } });
  const url = `http://${OWN_PROVIDERS}/heroku-redis/heroku/resources${path}`;
  return callProvider(guard, { method, url, user: 'heroku-redis', password, signal: AbortSignal.timeout(60_000), ...(body && { body }) });
}

it('only this account can open it, and only the platform is answered', async () => {
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect(await call('POST', '', { uuid, plan: 'heroku-redis:mini' }, 'wrong')).toEqual({ status: 401, body: null });
  expect(await call('DELETE', `/${uuid}`, undefined, '')).toEqual({ status: 401, body: null });
});

it.each([
  ['POST', '', { uuid: '../../etc', plan: 'heroku-redis:mini' }, 400],
  ['POST', '', { plan: 'heroku-redis:mini' }, 400],
  ['POST', '', { uuid, plan: 'heroku-redis:none' }, 422],
  ['PUT', `/${uuid}`, {}, 400],
  ['DELETE', '/not-a-uuid', undefined, 410],
] as const)('%s%s %o is refused', async (method, path, body, status) => {
  expect(await call(method, path, body)).toMatchObject({ status });
  expect(await engine.listContainers({ all: true, filters: ofHome(homeId) })).toEqual([]);
});

it('what is too long is refused', async () => {
  const more = 'x'.repeat(70_000);
  expect(await call('POST', '', { uuid, plan: 'heroku-redis:mini', more })).toMatchObject({ status: 400 });
});

it('asked for twice at once, it is there once; changed, it is the same; gone twice, it is gone', async () => {
  const asked = { uuid, plan: 'heroku-redis:mini' };
  const answers = await Promise.all([call('POST', '', asked), call('POST', '', asked)]);
  const url = expect.stringMatching(new RegExp(`^redis://:p[0-9a-f]{62}@redis-${uuid}:6379$`)) as string;
  for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: { id: uuid, config: { HEROKU_REDIS_URL: url } } });
  expect(await engine.listContainers({ filters: ofHome(homeId) })).toHaveLength(1);
  expect(await call('PUT', `/${uuid}`, { plan: 'heroku-redis:premium-0' })).toMatchObject({ status: 200 });
  const [container] = await engine.listContainers({ filters: ofHome(homeId) });
  expect((await engine.getContainer(container!.Id).inspect()).HostConfig.Memory).toBe(128 * 1024 * 1024);
  await staysOnItsStack();
  for (let time = 0; time < 2; time += 1) expect((await call('DELETE', `/${uuid}`)).status).toBe(204);
  expect(await engine.listContainers({ all: true, filters: ofHome(homeId) })).toEqual([]);
  expect((await engine.listVolumes({ filters: ofHome(homeId) })).Volumes).toEqual([]);
});

/** New ones have another stack; then its own has another recipe, whose image is still to be made. */
async function staysOnItsStack(): Promise<void> {
  const unmade = { run: 'none', build: 'none', services: { redis: 'slipway/redis:none' } };
  for (const offer of [offerOn('another', { ...images, another: unmade }), offerOn(stack, { [stack]: unmade })]) {
    expect(await offer.change({ addonId: uuid, plan: 'heroku-redis:mini' })).toMatchObject({ status: 200 });
    const [container] = await engine.listContainers({ filters: ofHome(homeId) });
    expect(container?.Image).toBe(images[stack]?.services?.redis);
  }
}
