// What lasts, and what is hostile: bodies both ways, cancelled requests, floods, and a router that stops.
import { once } from 'node:events';
import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../../../src/router/limits.js';
import { trustedProxies } from '../../../../src/router/peer/peer.js';
import { get, until } from '../support.js';
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  fields,
  frame,
  GOAWAY,
  HEADERS,
  PING,
  PREFACE,
  rawClient,
  RST,
  SETTINGS,
} from './frames.js';
import { answerOf, startPlane, type Plane } from './plane.js';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function aPlane(limits: Partial<Limits> = {}): Promise<Plane> {
  const plane = await startPlane(limits);
  open.push(() => plane.close());
  return plane;
}

async function aClient(plane: Plane): Promise<ClientHttp2Session> {
  const client = await plane.connect();
  open.push(() => client.destroy());
  return client;
}

const FIELDS = fields([
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'demo.localhost'],
  [':path', '/'],
]);
const aHead = (stream: number) => frame(HEADERS, END_HEADERS | END_STREAM, stream, FIELDS);
const GREETING = Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(SETTINGS, 1, 0)]);
const HOST = { ':path': '/', ':authority': 'demo.localhost' };

describe('HTTP/2', () => {
  it('serves many requests at once, and tells the dyno and the log how they came', async () => {
    const plane = await aPlane({ connectMs: 30_000, firstByteMs: 30_000, idleMs: 30_000, holdMs: 30_000 });
    const client = await aClient(plane);
    const answers = await Promise.all(Array.from({ length: 80 }, (_, i) => answerOf(client, { ...HOST, ':path': `/${i}` })));
    expect(new Set(answers.flat())).toEqual(new Set(['200 "ok"']));
    const lines = await plane.router.said(80);
    expect(lines[0]).toMatch(
      /^at=info method=GET path="\/\d+" host=demo\.localhost request_id=\S+ fwd="127\.0\.0\.1" dyno=web\.1 connect=\d+ms service=\d+ms status=200 bytes=40 protocol=http2\.0 tls=true tls_version=tls1\.3$/,
    );
  });

  it('HTTP/1.1 goes on beside it, by name or without one', async () => {
    const plane = await aPlane();
    for (const ALPNProtocols of [['http/1.1'], undefined]) {
      const socket = connectTls({ port: plane.router.port, host: '127.0.0.1', servername: 'demo.localhost', ca: plane.ca, ALPNProtocols });
      socket.write(get());
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      socket.destroy();
    }
    expect((await plane.router.said(2))[1]).toMatch(/ protocol=https$/);
  });

  it('holds back a body that the dyno does not read, and an answer that the client does not', async () => {
    const plane = await aPlane({ idleMs: 30_000, firstByteMs: 30_000 });
    const client = await aClient(plane);
    plane.answerWith({ answer: `HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n${'a'.repeat(20_000_000)}` });
    const stream = client.request(HOST);
    await once(stream, 'response');
    let before = -1;
    await until(() => {
      const now = plane.sent();
      const isStill = now === before && now > 0;
      before = now;
      return isStill;
    }, 15_000);
    expect(plane.sent()).toBeLessThan(12_000_000);
    let got = 0;
    stream.on('data', (chunk: Buffer) => (got += chunk.length));
    await once(stream, 'end');
    expect(got).toBe(20_000_000);
    expect((await plane.router.said())[0]).toContain('status=200');
  });

  it('passes on the head of an answer however large it may be', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    const headers = ['x-a', 'x-b'].map((name) => `${name}: ${'b'.repeat(300_000)}\r\n`).join('');
    plane.answerWith({ answer: `HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n` });
    client.socket.write(Buffer.concat([GREETING, aHead(1)]));
    await plane.router.said();
    await until(() => client.frames().some(({ type, flags }) => type === CONTINUATION && flags & END_HEADERS));
    expect(plane.told()).toEqual(['GET 200']);
    client.socket.destroy();
  });

  it('tells a dyno that its client has cancelled', async () => {
    const plane = await aPlane();
    const client = await aClient(plane);
    plane.answerWith({ answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n' });
    const stream = client.request(HOST).on('error', () => undefined);
    await once(stream, 'response');
    expect(plane.open()).toBe(1);
    stream.close(constants.NGHTTP2_CANCEL);
    expect((await plane.router.said())[0]).toContain('sock=client at=warning code=H27');
    await until(() => plane.open() === 0);
    plane.answerWith({});
    expect(await answerOf(client, HOST)).toEqual(['200 "ok"']);
  });

  it('an upload that is given up without an error is none that is whole', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    const post = fields([
      [':method', 'POST'],
      [':scheme', 'https'],
      [':authority', 'demo.localhost'],
      [':path', '/'],
    ]);
    client.socket.write(Buffer.concat([GREETING, frame(HEADERS, END_HEADERS, 1, post), frame(DATA, 0, 1, 'hello')]));
    await until(() => plane.open() === 1 && plane.sent() > 0);
    client.socket.write(frame(RST, 0, 1, Buffer.alloc(4)));
    expect(await plane.router.said()).toEqual([expect.stringContaining('code=H27')]);
    await until(() => plane.open() === 0);
    expect(plane.saw()).toEqual([]);
    client.socket.destroy();
  });

  it('tells a dyno that its client has left', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    plane.answerWith({ answer: '' });
    client.socket.write(Buffer.concat([GREETING, aHead(1)]));
    await until(() => plane.saw().length === 1);
    client.socket.end();
    await until(() => plane.open() === 0);
    expect(plane.told()).toEqual(['GET H27 499']);
    await until(client.isClosed);
  });

  it('has the windows of HTTP/1.1: H12, H15 and H28', async () => {
    const plane = await aPlane({ firstByteMs: 300, idleMs: 1_500 });
    const client = await aClient(plane);
    plane.answerWith({ answer: '' });
    expect(await answerOf(client, HOST)).toEqual(['503 page']);
    plane.answerWith({ answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok' });
    expect(await answerOf(client, HOST)).toEqual(['200 "ok"', 'rst INTERNAL_ERROR']);
    plane.answerWith({});
    const upload: ClientHttp2Stream = client.request({ ...HOST, ':method': 'POST' }, { endStream: false }).on('error', () => undefined);
    await until(() => upload.closed);
    const lines = await plane.router.said(3);
    expect(lines.map((line) => / code=(\w+)/.exec(line)?.[1])).toEqual(['H12', 'H15', 'H28']);
  });

  it('lets go of a connection that asks for nothing', async () => {
    const plane = await aPlane({ keepAliveMs: 300 });
    const client = await aClient(plane);
    expect(await answerOf(client, HOST)).toEqual(['200 "ok"']);
    if (!client.closed) await once(client, 'close');
  });

  it('stops by GOAWAY: what is at work is finished, what comes too late is not begun', async () => {
    const plane = await startPlane();
    const client = await aClient(plane);
    plane.answerWith({ answer: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok' });
    const stream = client.request(HOST);
    await once(stream, 'response');
    const told = once(client, 'goaway');
    const stopped = plane.router.close(5_000);
    expect((await told)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    plane.say('ok');
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe('okok');
    await stopped;
    expect((await plane.router.said())[0]).toContain('status=200');
    await plane.close();
  });

  it('a connection that has come before a successor, and asks when that serves, has one answer and GOAWAY', async () => {
    const plane = await startPlane();
    const early = await aClient(plane);
    const socket = connect(plane.router.port, '127.0.0.1');
    await once(socket, 'connect');
    // Connections are accepted in turn: the next one tells that this one is.
    expect(await answerOf(await aClient(plane), HOST)).toEqual(['200 "ok"']);
    const retired = plane.router.retire(10_000);
    await until(() => early.closed);
    const secure = connectTls({ socket, servername: 'demo.localhost', ca: plane.ca, ALPNProtocols: ['h2'] });
    await once(secure, 'secureConnect');
    const late = connectHttp2('https://demo.localhost', { createConnection: () => secure });
    const told = once(late, 'goaway');
    expect(await answerOf(late, HOST)).toEqual(['200 "ok"']);
    expect((await told)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    await retired;
    await plane.close();
  });

  it('a stop cuts off what goes on and on (H24)', async () => {
    const plane = await startPlane();
    const client = await aClient(plane);
    plane.answerWith({ answer: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok' });
    const stream = client.request(HOST).on('error', () => undefined);
    await once(stream, 'response');
    await plane.router.close(100);
    expect((await plane.router.said())[0]).toContain('code=H24');
    await plane.close();
  });
});

describe('a hostile client of HTTP/2', () => {
  it('cancels what it has just asked, again and again: its connection ends, and the dyno had little of it', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    client.socket.write(GREETING);
    for (let i = 0; i < 2_000 && !client.isClosed(); i += 1) {
      client.socket.write(Buffer.concat([aHead(2 * i + 1), frame(RST, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))]));
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(client.isClosed);
    expect(plane.router.lines.length).toBeLessThanOrEqual(300);
    expect(await answerOf(await aClient(plane), HOST)).toEqual(['200 "ok"']);
  });

  it('never ends a head: it may have a few frames and so many bytes', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    client.socket.write(Buffer.concat([GREETING, frame(HEADERS, END_STREAM, 1, FIELDS)]));
    for (let i = 0; i < 100 && !client.isClosed(); i += 1)
      client.socket.write(frame(CONTINUATION, 0, 1, fields([['x-a', 'b'.repeat(1_000)]])));
    await until(client.isClosed);
    expect(plane.router.lines).toEqual([]);
  });

  it('makes much of little by HPACK: a head may have so many bytes once it is read', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    // One entry of 4,000 bytes is kept in the table (62), and named 3,000 times.
    const kept = Buffer.concat([Buffer.from([0x40]), fields([['x-a', 'b'.repeat(4_000)]]).subarray(1)]);
    const bomb = Buffer.concat([FIELDS, kept, Buffer.alloc(3_000, 0x80 | 62)]);
    client.socket.write(Buffer.concat([GREETING, frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb)]));
    await until(() => client.frames().some(({ type }) => type === RST || type === GOAWAY));
    expect(plane.saw()).toEqual([]);
    client.socket.destroy();
  });

  it.each([
    ['PING', frame(PING, 0, 0, '12345678')],
    ['SETTINGS', frame(SETTINGS, 0, 0)],
    ['empty frames of an unknown kind', frame(0xbb, 0, 0)],
  ])('floods with %s: its connection ends', async (_what, one) => {
    const plane = await aPlane({ keepAliveMs: 6_000, headersMs: 60_000 });
    const client = await rawClient(plane.router.port, plane.ca);
    // As long as a stream is open, it isn't idle.
    client.socket.write(Buffer.concat([GREETING, frame(HEADERS, END_HEADERS, 1, FIELDS)]));
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => one));
    const flood = () => !client.isClosed() && client.socket.write(many, (error) => !error && flood());
    flood();
    await until(client.isClosed, 10_000);
  });

  it('asks for more at once than it was told: its connection ends', async () => {
    const plane = await aPlane();
    const client = await rawClient(plane.router.port, plane.ca);
    plane.answerWith({ answer: '' });
    client.socket.write(Buffer.concat([GREETING, ...Array.from({ length: 120 }, (_, i) => aHead(2 * i + 1))]));
    await until(client.isClosed);
    expect(plane.saw().length).toBeLessThanOrEqual(100);
    client.socket.destroy();
  });

  it('asks for more at once than its address may have: it is told so, and then refused', async () => {
    const plane = await startPlane({ connectionsPerAddress: 2 }, trustedProxies(['127.0.0.0/8'], true));
    plane.answerWith({ answer: '' });
    const aRaw = (ip: string) => rawClient(plane.router.port, plane.ca, `PROXY TCP4 ${ip} 10.0.0.1 12345 443\r\n`);
    const client = await aRaw('198.51.100.7');
    const noWindow = frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
    client.socket.write(Buffer.concat([GREETING, noWindow, ...Array.from({ length: 40 }, (_, i) => aHead(2 * i + 1))]));
    const refused = () => client.frames().filter(({ type, payload }) => type === RST && payload[3] === constants.NGHTTP2_REFUSED_STREAM);
    await until(() => refused().length === 8 && plane.saw().length === 16);
    client.socket.destroy();
    await until(() => plane.told().length === 32);
    expect(plane.told().filter((line) => line === 'GET H22 503')).toHaveLength(16);
    plane.answerWith({});
    const next = await aRaw('198.51.100.7');
    next.socket.write(Buffer.concat([GREETING, ...Array.from({ length: 16 }, (_, i) => aHead(2 * i + 1))]));
    await until(() => plane.told().filter((line) => line === 'GET 200').length === 16);
    next.socket.destroy();
    await plane.close();
  });

  it('opens connections and says nothing: they end', async () => {
    const plane = await aPlane({ headersMs: 300 });
    const client = await rawClient(plane.router.port, plane.ca);
    await until(client.isClosed);
  });
});
