// A Redis that reads its data as it starts answers, but nothing else than that it does: it guesses how long it will take.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { openBus } from '../../../src/bus/open-bus.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { startRedis, type TestRedis } from '../../support/redis.js';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.remove());

test('bus and queue go on soon after its end, however wrong the guess was', async () => {
  // It looks up every 1,024 commands: by then it has read a thousandth of its bytes in a second.
  const client = new Redis(redis.url);
  const small = client.pipeline();
  for (let i = 0; i < 2_100; i += 1) small.set(`key-${i}`, '1');
  await small.exec();
  await client.set('large', 'x'.repeat(40_000_000));
  client.disconnect();
  await redis.stop();
  await redis.start('--key-load-delay', '1000');

  const bus = openBus({ url: redis.url });
  const queue = openQueue({ url: redis.url });
  const probe = new Redis(redis.url, { enableReadyCheck: false, maxRetriesPerRequest: null });
  const answered = Promise.all([bus.redis.get('key-1'), queue.waiting('build')]).then(() => Date.now());
  const said = new Set<string>();
  const ping = async () => {
    const answer = await probe.ping().catch((error: Error) => error.message.split(' ')[0]!);
    said.add(answer);
    return answer;
  };
  await expect.poll(ping, { interval: 20 }).toBe('PONG');
  const loaded = Date.now();
  expect(said).toContain('LOADING');
  // By the guess it would be 9.9 s.
  expect((await answered) - loaded).toBeLessThan(5_000);
  probe.disconnect();
  await Promise.all([bus.close(), queue.close()]);
});
