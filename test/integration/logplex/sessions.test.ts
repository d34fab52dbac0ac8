// Log sessions over HTTP: the past, the tail, who may read.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { appendBatch } from '../../../src/bus/log-lines.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { serveLogplex, type Logplex } from '../../../src/logplex/serve.js';
import { formatLine, type LogLine } from '../../../src/model/logs/log-line.js';
import { startRedis, type TestRedis } from '../../support/redis.js';
import { key, openReader, read, sessionPath, type Reader } from './sessions.js';

const EVENTS = { accept: 'text/event-stream' };
let redis: TestRedis;
let bus: Bus;
let logplex: Logplex;
let readers: Reader[] = [];

beforeAll(async () => {
  redis = await startRedis();
  bus = openBus({ url: redis.url });
  logplex = await serveLogplex({ bus, key, bind: '127.0.0.1', node: 'test', now: Date.now });
});

afterEach(() => {
  for (const reader of readers) reader.leave();
  readers = [];
});

afterAll(async () => {
  await logplex.stop();
  await bus.close();
  await redis.remove();
});

function say(appId: string, texts: string[], o: Partial<LogLine> = {}): Promise<unknown> {
  const lines = texts.map((text) => formatLine({ time: Date.now(), source: 'app', ps: 'web.1', ...o, text }));
  return appendBatch(bus, appId, { text: lines.map((line) => `${line}\n`).join(''), count: lines.length });
}

async function open(path: string, headers?: Record<string, string>): Promise<Reader> {
  const reader = await openReader(logplex.url, path, headers);
  readers.push(reader);
  return reader;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
const textsIn = (text: string) => [...text.matchAll(/\]: (.*)\n/g)].map((match) => match[1]);
const idsIn = (text: string) => [...text.matchAll(/^id: (.*)\n/gm)].map((match) => match[1]!);

test.each([
  { lines: 3, texts: ['8', '9', '10'] },
  { lines: 100, texts: numbers(1, 10) },
  { lines: 0, texts: [] },
])('shows the last $lines lines, oldest first, and ends cleanly', async ({ lines, texts }) => {
  const app = randomUUID();
  await say(app, numbers(1, 4));
  await say(app, numbers(5, 10));
  const { status, text, ended } = await read(logplex.url, sessionPath(app, { lines }));
  expect([status, ended, textsIn(text)]).toEqual([200, 'end', texts]);
});

test('shows nothing of an app that never said anything', async () => {
  expect(await read(logplex.url, sessionPath(randomUUID()))).toEqual({ status: 200, text: '', ended: 'end' });
});

test('counts lines after filtering', async () => {
  const app = randomUUID();
  await say(app, ['wanted 1', 'wanted 2', 'wanted 3'], { ps: 'worker.1' });
  await say(app, numbers(1, 200));
  const { text } = await read(logplex.url, sessionPath(app, { lines: 2, dyno: 'worker', source: 'app' }));
  expect(textsIn(text)).toEqual(['wanted 2', 'wanted 3']);
});

test('leaves out what is older than a week', async () => {
  const app = randomUUID();
  await say(app, ['old'], { time: Date.now() - 8 * 86_400_000 });
  await say(app, ['new']);
  expect(textsIn((await read(logplex.url, sessionPath(app))).text)).toEqual(['new']);
});

test('a tail shows the past, then what comes, each line once', async () => {
  const app = randomUUID();
  await say(app, ['past']);
  const flow = (async () => {
    for (const text of numbers(1, 300)) await say(app, [text]);
  })();
  const reader = await open(sessionPath(app, { tail: true, lines: 1500 }));
  await flow;
  await expect.poll(() => textsIn(reader.text()).at(-1)).toBe('300');
  expect(textsIn(reader.text())).toEqual(['past', ...numbers(1, 300)]);
  expect(reader.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('a tail hears only what passes its filter', async () => {
  const app = randomUUID();
  const router = await open(sessionPath(app, { tail: true, source: 'heroku', dyno: 'router' }));
  const all = await open(sessionPath(app, { tail: true }));
  await say(app, ['at=info'], { source: 'heroku', ps: 'router' });
  await say(app, ['hello']);
  await expect.poll(() => textsIn(all.text())).toEqual(['at=info', 'hello']);
  expect(textsIn(router.text())).toEqual(['at=info']);
});

test('events carry numbers; a reader that comes back goes on from the last one', async () => {
  const app = randomUUID();
  await say(app, numbers(1, 5));
  const first = await open(sessionPath(app, { tail: true }), EVENTS);
  expect(first.headers['content-type']).toBe('text/event-stream');
  await expect.poll(() => textsIn(first.text())).toEqual(numbers(1, 5));
  await say(app, ['6']);
  await expect.poll(() => textsIn(first.text())).toEqual(numbers(1, 6));
  expect(first.text()).toMatch(/^id: \d+-5\ndata: .*1\ndata: /);
  expect(first.text()).toMatch(/\n\nid: \d+-6\ndata: .*6\n\n$/);
  first.leave();

  await say(app, ['7', '8']);
  const again = await open(sessionPath(app, { tail: true }), { ...EVENTS, 'last-event-id': idsIn(first.text()).at(-1)! });
  await say(app, ['9']);
  await expect.poll(() => textsIn(again.text())).toEqual(['7', '8', '9']);
});

test('a reader that comes back too late is told how much it missed', async () => {
  const app = randomUUID();
  await say(app, ['1']);
  const [id] = idsIn((await read(logplex.url, sessionPath(app), EVENTS)).text);
  for (let n = 0; n < 20; n += 1) await say(app, numbers(1, 100));
  const { text } = await read(logplex.url, sessionPath(app), { ...EVENTS, 'last-event-id': id! });
  expect(text).toContain('Error L11 (Tail buffer overflow) -> This tail session dropped 500 messages since ');
  expect(textsIn(text).length).toBe(1501);
});

test('a last event id that is none of ours counts for nothing', async () => {
  const app = randomUUID();
  await say(app, ['1']);
  const { text } = await read(logplex.url, sessionPath(app), { ...EVENTS, 'last-event-id': "'; DROP" });
  expect(textsIn(text)).toEqual(['1']);
});

test.each([
  { what: 'an expired session', path: () => sessionPath(randomUUID(), { expires: 1 }), status: 404 },
  { what: 'a changed token', path: () => `${sessionPath(randomUUID())}x`, status: 404 },
  { what: 'no token', path: () => '/streams/logs/', status: 404 },
  { what: 'rubbish', path: () => '/streams/logs/%00..%2f', status: 404 },
  { what: 'another path', path: () => '/', status: 404 },
])('$what is refused', async ({ path, status }) => {
  const answer = await read(logplex.url, path(), EVENTS);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(/^[A-Z].*\.\n$/);
});

test('a slow reader loses the oldest, is told so, and slows nobody', async () => {
  const app = randomUUID();
  const slow = await open(sessionPath(app, { tail: true }));
  const quick = await open(sessionPath(app, { tail: true }));
  slow.pause();
  const before = process.memoryUsage().rss;
  const long = 'x'.repeat(5_000);
  for (let n = 1; n <= 400; n += 1)
    await say(
      app,
      numbers(1, 20).map((each) => `${n}.${each} ${long}`),
    );
  await say(app, ['last']);
  await expect.poll(() => textsIn(quick.text()).at(-1)).toBe('last');
  expect(quick.text()).not.toContain('L11');
  expect(textsIn(quick.text()).length).toBe(8_001);
  expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);

  slow.resume();
  await expect.poll(() => textsIn(slow.text()).at(-1)).toBe('last');
  const dropped = [...slow.text().matchAll(/This tail session dropped (\d+) messages since \d{4}-/g)].map((match) => Number(match[1]));
  const sum = dropped.reduce((total, count) => total + count, 0);
  expect(sum).toBeGreaterThan(0);
  expect(textsIn(slow.text()).length - dropped.length + sum).toBe(8_001);
});

test('what was said while the listening connection was away is read from the history', async () => {
  const app = randomUUID();
  const silent = randomUUID();
  const reader = await open(sessionPath(app, { tail: true }));
  const silentReader = await open(sessionPath(silent, { tail: true }));
  await say(app, ['1']);
  await expect.poll(() => textsIn(reader.text())).toEqual(['1']);
  await bus.redis.client('KILL', 'TYPE', 'PUBSUB');
  await say(app, ['2']);
  await say(silent, ['first']);
  await expect.poll(() => textsIn(reader.text())).toEqual(['1', '2']);
  await expect.poll(() => textsIn(silentReader.text())).toEqual(['first']);
  await say(app, ['3']);
  await expect.poll(() => textsIn(reader.text())).toEqual(['1', '2', '3']);
});

test('tails go on when Redis comes back; sessions opened meanwhile end with L15', async () => {
  const app = randomUUID();
  await say(app, ['1']);
  const reader = await open(sessionPath(app, { tail: true }));
  await expect.poll(() => textsIn(reader.text())).toEqual(['1']);
  await redis.stop();
  const { text, ended } = await read(logplex.url, sessionPath(app));
  expect([ended, textsIn(text)]).toEqual(['end', ['Error L15 (Tail buffer temporarily unavailable)']]);
  await redis.start();
  await say(app, ['2']);
  await expect.poll(() => textsIn(reader.text())).toEqual(['1', '2']);
});

test('stopping ends tails cleanly', async () => {
  const other = await serveLogplex({ bus, key, bind: '127.0.0.1', node: 'test', now: Date.now });
  const reader = await openReader(other.url, sessionPath(randomUUID(), { tail: true }), EVENTS);
  await other.stop();
  expect(await reader.ended).toBe('end');
});
