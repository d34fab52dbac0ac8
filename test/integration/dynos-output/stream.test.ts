// Where the engine's disk can't be read, its log stream is followed: opened again and again, each line comes once.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { followStream } from '../../../src/dynos/output/follow-stream.js';
import type { Follower } from '../../../src/dynos/output/follower.js';
import { openSender } from '../../../src/dynos/output/sender.js';
import { startRedis, type TestRedis } from '../../support/redis.js';
import { collect } from './collect.js';
import { makeDynos, type TestDyno } from './dynos.js';

const dynos = makeDynos();
let redis: TestRedis;
let bus: Bus;

beforeAll(async () => {
  redis = await startRedis();
  bus = openBus({ url: redis.url });
});

afterAll(async () => {
  await dynos.removeAll();
  await bus.close();
  await redis.remove();
});

function follow(dyno: TestDyno, o: { hasTty?: boolean } = {}): { follower: Follower; stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const sender = openSender({ bus, key: 'log-places', appId: dyno.appId, containerId: dyno.id, signal });
  const follower = followStream({ ps: 'web.1', sender, signal, engine: dynos.engine, containerId: dyno.id, hasTty: o.hasTty ?? false });
  return {
    follower,
    async stop() {
      stopping.abort();
      await follower.done;
    },
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n + 1));

test('opened again five times while a dyno prints', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const dyno = await dynos.run('i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo $i; [ $((i % 50)) = 0 ] && sleep 0.01; done', { appId });
  for (let n = 0; n < 5; n += 1) {
    const { stop } = follow(dyno);
    await sleep(150);
    await stop();
  }
  const { follower } = follow(dyno);
  await dyno.ended();
  await follower.finish();
  await expect.poll(() => heard.texts).toEqual(numbers(4_000));
});

test('long lines, unfinished lines, both streams', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const dyno = await dynos.run("head -c 40000 /dev/zero | tr '\\0' x; echo; sleep 0.1; echo err >&2; sleep 0.1; printf 'no end'", {
    appId,
  });
  await dyno.ended();
  await follow(dyno).follower.finish();
  await expect
    .poll(() => heard.texts.map((text) => (text.length > 100 ? text.length : text)))
    .toEqual([10_000, 10_000, 10_000, 10_000, 'err', 'no end']);
});

test('a container with a terminal', async () => {
  const appId = randomUUID();
  const heard = await collect(bus, appId);
  const dyno = await dynos.run('echo one; echo two', { appId, tty: true });
  await dyno.ended();
  await follow(dyno, { hasTty: true }).follower.finish();
  await expect.poll(() => heard.texts).toEqual(['one', 'two']);
});

test('a container that was removed meanwhile', async () => {
  const dyno = await dynos.run('echo one; sleep 30');
  const heard = await collect(bus, dyno.appId);
  const { follower } = follow(dyno);
  await expect.poll(() => heard.texts).toEqual(['one']);
  await dyno.remove();
  await follower.finish();
});
