// Log drains, from the store and Redis to receivers of somebody else's.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addDrain } from '../../../src/actions/drain/add-drain.js';
import { removeDrain } from '../../../src/actions/drain/remove-drain.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { appendBatch, deleteLog, readBatches } from '../../../src/bus/log-lines.js';
import { noteKeptDrains } from '../../../src/chores/note-kept-drains.js';
import { startDrains } from '../../../src/logplex/drains/start-drains.js';
import type { App } from '../../../src/model/app.js';
import type { LogDrain } from '../../../src/model/logs/drain.js';
import { formatLine } from '../../../src/model/logs/log-line.js';
import { openStore } from '../../../src/store/open-store.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { aCertificate, type Made } from '../../support/certificates.js';
import { startHttpReceiver, startSyslogReceiver, type HttpReceiver, type Receiver } from '../../support/drain-receivers.js';
import { startRsyslog, type Entry } from '../../support/rsyslog.js';
import { startStores, type TestStores } from '../../support/stores.js';
import { until, untilSo } from '../../support/until.js';
import { contextOn, type OpenContext } from '../actions/open-context.js';

let stores: TestStores;
let world: OpenContext;
let tls: Made;
let drains: { stop(): Promise<void> }[] = [];
let receivers: Receiver[] = [];

beforeAll(async () => {
  stores = await startStores();
  world = await contextOn(stores);
  tls = await aCertificate(['localhost']);
});
afterEach(async () => {
  await Promise.all(drains.map((each) => each.stop()));
  await Promise.all(receivers.map((each) => each.stop().catch(() => undefined)));
  [drains, receivers] = [[], []];
  await world.store.db.deleteFrom('apps').execute();
});
afterAll(async () => {
  await world?.stop();
  await stores?.stop();
});

const ALLOWED = ['localhost'];

/** A logplex process's part in it. */
function start(): { stop(): Promise<void> } {
  const open = () => openStore({ url: stores.databaseUrl, key: world.store.key, poolSize: 1 });
  const { bus, lines } = world.ctx;
  const started = startDrains({ bus, lines, openStore: open, fetchAllow: ALLOWED, now: Date.now, random: () => 0, ca: tls.ca });
  drains.push(started);
  return started;
}

async function anApp(): Promise<App> {
  return createApp(world.ctx, {
    user: await ensureUser(world.store, { email: 'jane@example.com', role: 'admin', name: null }),
    name: `app-${randomUUID().slice(0, 8)}`,
  });
}

async function add(app: App, url: string, fetchAllow = ALLOWED): Promise<LogDrain> {
  const user = await ensureUser(world.store, { email: 'jane@example.com', role: 'admin', name: null });
  return addDrain(world.ctx, { app, user, url, fetchAllow });
}

async function say(app: App, from: number, to: number): Promise<void> {
  const count = to - from + 1;
  const lines = Array.from({ length: count }, (_, at) =>
    formatLine({ time: Date.now(), source: 'app', ps: 'web.1', text: `line ${from + at}` }),
  );
  await appendBatch(world.bus, app.id, { text: lines.map((line) => `${line}\n`).join(''), count });
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const numbersIn = ({ messages }: Pick<Receiver, 'messages'>) =>
  messages.flatMap((message) => /- line (\d+)\n$/.exec(message)?.[1] ?? []).map(Number);
/** In order, each one once or, where it was in doubt, again. */
const once = (all: number[]) => all.filter((n, at) => all.indexOf(n) === at);
const logOf = async (app: App) => (await readBatches(world.bus, app.id)).map(({ text }) => text).join('');

async function http(): Promise<HttpReceiver> {
  const made = await startHttpReceiver(tls);
  receivers.push(made);
  return made;
}

async function syslog(secure = true): Promise<Receiver> {
  const made = await startSyslogReceiver(secure ? tls : undefined);
  receivers.push(made);
  return made;
}

describe('a drain', () => {
  it('by HTTPS gets posts as Heroku sends them, over one connection, from when it was added to when it is removed', async () => {
    const [app, receiver] = [await anApp(), await http()];
    await say(app, 1, 3);
    const drain = await add(app, `https://user:p%40ss@localhost:${receiver.port}/logs?a=b`);
    await say(app, 4, 5);
    start();
    await until(() => numbersIn(receiver)).toEqual([4, 5]);
    for (let n = 6; n <= 300; n += 5) await say(app, n, n + 4);
    await until(() => numbersIn(receiver)).toEqual(numbers(4, 300));
    expect(receiver.connections).toBe(1);
    expect(receiver.posts[0]).toMatchObject({
      path: '/logs?a=b',
      headers: {
        'content-type': 'application/logplex-1',
        'logplex-frame-id': expect.stringMatching(/^[0-9A-F]{32}$/) as string,
        'logplex-drain-token': drain.token,
        'user-agent': 'Logplex/v72',
        authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      },
    });
    expect(new Set(receiver.posts.map(({ headers }) => headers['logplex-frame-id'])).size).toBe(receiver.posts.length);
    expect(receiver.messages.find((each) => each.includes('line 4'))).toMatch(/^<190>1 \S+ host app web\.1 - line 4\n$/);
    expect(receiver.messages.find((each) => each.includes(' api '))).toMatch(
      /^<133>1 \S+ host app api - Add log drain https:\/\/localhost:\d+ by user jane@example\.com\n$/,
    );
    expect(await logOf(app)).not.toMatch(/p%40ss|p@ss|a=b/);

    await removeDrain(world.ctx, app, { email: 'jane@example.com' } as never, drain);
    await until(async () => (await world.bus.redis.exists(`drain-place:${drain.id}`)) === 0).toBe(true);
    await say(app, 301, 301);
    await sleep(500);
    expect(numbersIn(receiver)).toEqual(numbers(4, 300));
  });

  it('whose password has a percent sign that escapes nothing gets its lines, with it', async () => {
    const [app, receiver] = [await anApp(), await http()];
    await add(app, `https://user:100%@localhost:${receiver.port}/`);
    start();
    await say(app, 1, 1);
    await until(() => numbersIn(receiver)).toEqual([1]);
    expect(receiver.posts[0]!.headers.authorization).toBe(`Basic ${Buffer.from('user:100%').toString('base64')}`);
  });

  it.each(['syslog', 'syslog+tls'])('by %s gets RFC 5424 messages behind their counts', async (scheme) => {
    const [app, receiver] = [await anApp(), await syslog(scheme === 'syslog+tls')];
    const drain = await add(app, `${scheme}://localhost:${receiver.port}`);
    start();
    for (let n = 1; n <= 300; n += 5) await say(app, n, n + 4);
    await until(() => numbersIn(receiver)).toEqual(numbers(1, 300));
    expect(receiver.messages.find((each) => each.includes('line 1\n'))).toMatch(
      new RegExp(`^<190>1 \\S+ ${drain.token} app web\\.1 - - line 1\\n$`),
    );
    expect(receiver.connections).toBe(1);
  });

  it('with a certificate that nobody vouches for gets nothing, and one where nothing may be reached neither: the log says so', async () => {
    const [app, receiver, socket] = [await anApp(), await startHttpReceiver(await aCertificate(['localhost'])), await syslog()];
    receivers.push(receiver);
    const wrong = await aCertificate(['other.example']);
    const named = await startSyslogReceiver({ chain: wrong.chain, key: wrong.key });
    receivers.push(named);
    await add(app, `https://user:secret@localhost:${receiver.port}/token`);
    await add(app, `syslog+tls://localhost:${named.port}`);
    await add(app, `syslog://127.0.0.1:${socket.port}`, ['127.0.0.1']);
    start();
    await say(app, 1, 3);
    await until(async () => (await logOf(app)).match(/heroku\[logplex\]: Error L14 .*/g)?.length).toBe(3);
    const log = await logOf(app);
    expect(log).toMatch(/Error L14 \(certificate validation\): error="[^"]*certificate[^"]*" uri="https:\/\/localhost:\d+" \(drain d\./);
    expect(log).toMatch(/Error L14 \(certificate validation\): error="[^"]*" uri="syslog\+tls:\/\/localhost:\d+"/);
    expect(log).toMatch(/Error L14 \(address not allowed\): error="127\.0\.0\.1 is not on the public internet/);
    expect(log).not.toMatch(/secret|token/);
    expect([...receiver.messages, ...socket.messages, ...named.messages]).toEqual([]);
  });
});

describe('nothing is lost, and the order is kept, where a receiver', () => {
  it('fails, hangs, resets, or is away for 5 s; nobody waits for another', async () => {
    const app = await anApp();
    const [well, fails, hangs, resets, away] = [await http(), await http(), await http(), await http(), await http()];
    const other = await anApp();
    const [socket, plain] = [await syslog(), await syslog(false)];
    for (const { port } of [well, fails, hangs, resets, away]) await add(app, `https://localhost:${port}/`);
    await add(other, `syslog+tls://localhost:${socket.port}`);
    await add(other, `syslog://localhost:${plain.port}`);
    start();
    const sayBoth = (from: number, to: number) => Promise.all([say(app, from, to), say(other, from, to)]);
    await sayBoth(1, 100);
    await untilSo('all hear', () => [well, fails, hangs, resets, away, socket, plain].every((each) => numbersIn(each).length === 100));
    [fails.manner, hangs.manner, resets.manner] = ['fails', 'hangs', 'resets'];
    await Promise.all([away, socket, plain].map((each) => each.stop()));
    for (let n = 101; n <= 600; n += 100) {
      await sayBoth(n, n + 99);
      await sleep(1_000);
    }
    await until(() => numbersIn(well)).toEqual(numbers(1, 600));
    fails.manner = hangs.manner = resets.manner = 'takes';
    await Promise.all([away, socket, plain].map((each) => each.start()));
    for (const each of [fails, hangs, resets, away]) await until(() => numbersIn(each)).toEqual(numbers(1, 600));
    for (const each of [socket, plain]) await until(() => once(numbersIn(each))).toEqual(numbers(1, 600));
    expect(await logOf(app)).not.toContain('L10');
  });

  it('is rsyslog, and is restarted', async () => {
    const app = await anApp();
    const rsyslog = await startRsyslog(tls);
    try {
      const drain = await add(app, `syslog+tls://localhost:${rsyslog.tlsPort}`);
      const inTheClear = await add(app, `syslog://localhost:${rsyslog.port}`);
      start();
      const heard = (by: Entry['by']) => rsyslog.entries().filter((entry) => entry.by === by);
      const numbersOf = (by: Entry['by']) =>
        heard(by)
          .flatMap(({ text }) => /^line (\d+)$/.exec(text)?.[1] ?? [])
          .map(Number);
      for (let n = 1; n <= 1_000; n += 20) {
        await say(app, n, n + 19);
        if (n === 501) await rsyslog.stop();
      }
      await sleep(5_000);
      await rsyslog.start();
      for (const by of ['tls', 'tcp'] as const) await until(() => once(numbersOf(by))).toEqual(numbers(1, 1_000));
      const entry = { priority: '190', app: 'app', ps: 'web.1', id: '-', data: '-', text: 'line 1' };
      expect(heard('tls').find(({ text }) => text === 'line 1')).toMatchObject({ ...entry, host: drain.token });
      expect(heard('tcp').find(({ text }) => text === 'line 1')).toMatchObject({ ...entry, host: inTheClear.token });
    } finally {
      await rsyslog.remove();
    }
  });

  it('refuses what it was sent: that is dropped, and said', async () => {
    const [app, receiver] = [await anApp(), await http()];
    const { token } = await add(app, `https://localhost:${receiver.port}/`);
    start();
    await say(app, 1, 1);
    await until(() => numbersIn(receiver)).toEqual([1]);
    receiver.manner = 'refuses';
    await say(app, 2, 6);
    await until(() => logOf(app)).toMatch(
      new RegExp(`Error L10 \\(output buffer overflow\\): 5 messages dropped since \\S+ \\(drain ${token}\\)`),
    );
    receiver.manner = 'takes';
    await say(app, 7, 7);
    await until(() => numbersIn(receiver)).toEqual([1, 7]);
    expect(receiver.messages.filter((each) => each.includes('L10'))).toEqual([
      expect.stringMatching(/^<172>1 \S+ host heroku logplex - Error L10 \(output buffer overflow\): 5 messages dropped since \S+\.\n$/),
    ]);
  });
});

describe('a receiver that is away for long', () => {
  it('has the newest lines kept, and is told how many there were before, as its app is', async () => {
    const [app, receiver] = [await anApp(), await http()];
    await add(app, `https://localhost:${receiver.port}/`);
    await receiver.stop();
    start();
    for (let n = 1; n <= 8_000; n += 400) await say(app, n, n + 399);
    await until(() => logOf(app)).toMatch(/Error L10 .* messages dropped/);
    await receiver.start();
    await until(() => numbersIn(receiver).at(-1)).toBe(8_000);
    const told = receiver.messages.flatMap((each) => /Error L10 .*: (\d+) messages/.exec(each)?.[1] ?? []).map(Number);
    const got = numbersIn(receiver);
    expect(got).toEqual(numbers(1, 8_000).filter((n) => got.includes(n)));
    expect(got.slice(-1_000)).toEqual(numbers(7_001, 8_000));
    // Besides the app's lines there are some of the platform's.
    expect(Math.abs(told.reduce((sum, each) => sum + each, 0) + got.length - 8_000)).toBeLessThanOrEqual(3);
  });
});

describe('logplex processes', () => {
  it('that come late send what the history has, and count what it has not, from the first line on', async () => {
    const [app, receiver] = [await anApp(), await http()];
    await world.ctx.lines.flush();
    await deleteLog(world.bus, app.id);
    await world.bus.redis.del(`logs-gone:${app.id}`);
    await add(app, `https://localhost:${receiver.port}/`);
    await world.ctx.lines.flush();
    for (let n = 1; n <= 2_000; n += 100) await say(app, n, n + 99);
    // Where Redis was lost, web tells again that there are drains.
    await world.bus.redis.del('drains-any');
    await noteKeptDrains(world.ctx);
    start();
    await until(() => numbersIn(receiver)).toEqual(numbers(501, 2_000));
    // The first was of the platform's.
    expect(receiver.messages[0]).toMatch(/Error L10 \(output buffer overflow\): 501 messages dropped since/);
  });

  it('send each line once: one sends, another goes on where it stopped; what was said meanwhile comes too', async () => {
    const app = await anApp();
    const [receiver, socket] = [await http(), await syslog()];
    await add(app, `https://localhost:${receiver.port}/`);
    await add(app, `syslog+tls://localhost:${socket.port}`);
    const [first] = [start(), start()];
    for (let n = 1; n <= 100; n += 5) await say(app, n, n + 4);
    for (const each of [receiver, socket]) await until(() => numbersIn(each)).toEqual(numbers(1, 100));
    await first.stop();
    await say(app, 101, 200);
    for (const each of [receiver, socket]) await until(() => numbersIn(each)).toEqual(numbers(1, 200));
    await Promise.all(drains.map((each) => each.stop()));
    await say(app, 201, 300);
    start();
    for (const each of [receiver, socket]) await until(() => numbersIn(each)).toEqual(numbers(1, 300));
  });
});
