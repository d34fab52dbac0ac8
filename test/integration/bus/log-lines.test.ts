// An app's log in Redis: numbered, trimmed by lines, heard in order, appended exactly once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import {
  appendBatch,
  deleteLog,
  followBatches,
  HISTORY_LINES,
  readBatches,
  readLastSequence,
  type LogBatch,
} from '../../../src/bus/log-lines.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { apiLine } from '../../../src/model/logs/log-line.js';
import { startRedis, type TestRedis } from '../../support/redis.js';

let redis: TestRedis;
let bus: Bus;

beforeAll(async () => {
  redis = await startRedis();
  bus = openBus({ url: redis.url });
});

afterAll(async () => {
  await bus.close();
  await redis.remove();
});

const lines = (count: number) => ({ text: 'a line\n'.repeat(count), count });
const countOf = (batches: LogBatch[]) => batches.reduce((sum, batch) => sum + batch.count, 0);
const numberOf = (seq: string) => Number(seq.split('-')[1]);

test.each([
  { batch: 1, times: 1_600, kept: HISTORY_LINES },
  { batch: 500, times: 9, kept: HISTORY_LINES },
  { batch: 700, times: 5, kept: 2_100 },
  { batch: 2_000, times: 2, kept: 2_000 },
])('keeps $kept lines of $times batches of $batch', async ({ batch, times, kept }) => {
  const app = randomUUID();
  await Promise.all(Array.from({ length: times }, () => appendBatch(bus, app, lines(batch))));
  const batches = await readBatches(bus, app);
  expect(countOf(batches)).toBe(kept);
  expect(numberOf(batches.at(-1)!.seq)).toBe(batch * times);
  expect(await readLastSequence(bus, app)).toBe(batches.at(-1)!.seq);
  expect(await bus.redis.ttl(`logs:${app}`)).toBeGreaterThan(604_000);
});

test('reads what came after a number', async () => {
  const app = randomUUID();
  for (const count of [2, 3, 4]) await appendBatch(bus, app, lines(count));
  const [first, second] = await readBatches(bus, app);
  expect(countOf(await readBatches(bus, app, first!.seq))).toBe(7);
  expect(countOf(await readBatches(bus, app, second!.seq))).toBe(4);
});

test('is heard in the order of its numbers, from several processes at once', async () => {
  const app = randomUUID();
  const others = [openBus({ url: redis.url }), openBus({ url: redis.url })];
  const heard: number[] = [];
  const stop = await followBatches(bus, app, (batch) => heard.push(numberOf(batch.seq)));
  await Promise.all([bus, ...others].flatMap((each) => Array.from({ length: 200 }, () => appendBatch(each, app, lines(1)))));
  await expect.poll(() => heard.length).toBe(600);
  expect(heard).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
  stop();
  await Promise.all(others.map((each) => each.close()));
});

test('a batch with a place is appended once, and never by a reader that was overtaken', async () => {
  const app = randomUUID();
  const at = (from: string, to: string) => ({ key: 'places', field: app, from, to });
  expect(await appendBatch(bus, app, lines(2), at('', 'one'))).toBe('appended');
  expect(await appendBatch(bus, app, lines(2), at('', 'one'))).toBe('repeated');
  expect(await appendBatch(bus, app, lines(2), at('', 'two'))).toBe('moved');
  expect(await appendBatch(bus, app, lines(2), at('one', 'two'))).toBe('appended');
  expect(countOf(await readBatches(bus, app))).toBe(4);
});

test('a place that Redis has lost is saved anew', async () => {
  const app = randomUUID();
  expect(await appendBatch(bus, app, lines(1), { key: 'places', field: app, from: 'gone', to: 'here' })).toBe('appended');
});

test('is forgotten with its app', async () => {
  const app = randomUUID();
  await appendBatch(bus, app, lines(3));
  await deleteLog(bus, app);
  expect(await readBatches(bus, app)).toEqual([]);
  expect(await readLastSequence(bus, app)).toBe('');
});

test('the writer gathers lines, cuts long ones and says what it lost while Redis was away', async () => {
  const app = randomUUID();
  const writer = openLineWriter(bus);
  writer.write(app, apiLine(0, 'one\ntwo\n'));
  writer.write(app, apiLine(0, 'x'.repeat(25_000)));
  await writer.flush();
  expect(countOf(await readBatches(bus, app))).toBe(5);
  expect((await readBatches(bus, app)).length).toBe(1);

  await redis.stop();
  for (let n = 0; n < 5_100; n += 1) writer.write(app, apiLine(0, `line ${n}`));
  await redis.start();
  await expect
    .poll(async () => (await readBatches(bus, app)).map((batch) => batch.text).join(''))
    .toMatch(/heroku\[logplex\]: Error L13: 1\d\d messages lost since /);
});
