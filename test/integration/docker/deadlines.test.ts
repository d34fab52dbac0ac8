// An engine that takes every call and answers none: nothing that dockerode can ask waits for it without end.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEADLINES, type CallKind, type Deadlines } from '../../../src/docker/calls/deadlines.js';
import { dockerOf, openEngine } from '../../../src/docker/engine.js';
import type { TestEngine } from '../../support/engine.js';

const dir = mkdtempSync(join(tmpdir(), 'slipway-silent-'));
const sockets = new Set<Socket>();
let server: Server;
let engine: TestEngine;
let answer = '';

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', () => answer !== '' && socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(join(dir, 'silent.sock'), resolve));
  engine = dockerOf(openEngine({ dockerHost: `unix://${join(dir, 'silent.sock')}`, deadlines: hurried() }));
});
afterAll(() => {
  sockets.forEach((socket) => socket.destroy());
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** All deadlines, at a thousandth of their length or less. */
function hurried(): Deadlines {
  const kinds = Object.keys(DEADLINES) as CallKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, { answerMs: 50, silenceMs: 50 }])) as Deadlines;
}

/** What of dockerode's prototypes makes no call, or only several of the others. */
const NO_CALLS = /^(constructor|get[A-Z]\w*|run\w*|_\w+|defaultOptions|createModem|buildx?\w*Session|followProgress)$/;
const CALLS = /^(getEvents|getArchive)$/;

function methodsOf(thing: object): string[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(thing) as object);
  return names.filter((name) => CALLS.test(name) || !NO_CALLS.test(name));
}

const things: [string, () => object][] = [
  ['the engine', () => engine],
  ['a container', () => engine.getContainer('one')],
  ['an image', () => engine.getImage('one')],
  ['a network', () => engine.getNetwork('one')],
  ['a volume', () => engine.getVolume('one')],
  ['an exec', () => engine.getExec('one')],
];

test.each(things)('every call about %s has a deadline', async (_, open) => {
  const thing = open() as Record<string, (...args: unknown[]) => unknown>;
  const methods = methodsOf(thing);
  const outcomes = await Promise.all(
    methods.map(async (name) => `${name}: ${await outcomeOf((done) => thing[name]!(...argumentsOf(name), done))}`),
  );
  expect(outcomes.filter((each) => !each.endsWith('ENGINE_TIMEOUT'))).toEqual([]);
  expect(methods.length).toBeGreaterThan(1);
});

/** What comes before the callback: those of files, names and nothing besides options. */
function argumentsOf(name: string): unknown[] {
  if (['buildImage', 'loadImage', 'importImage', 'putArchive'].includes(name)) return [Readable.from(['x'], { objectMode: false }), {}];
  if (['pull', 'pullAll', 'deleteCheckpoint'].includes(name)) return ['one', {}];
  return ['history', 'get'].includes(name) ? [] : [{}];
}

function outcomeOf(call: (done: (error: { code?: string; message: string } | null) => void) => unknown): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('still waits'), 5_000).unref();
    call((error) => resolve(error ? (error.code ?? error.message) : 'answered'));
  });
}

const HALF_ANSWERS = {
  'after its head': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  'in its body': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"StatusCode"',
  'in an error': 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 100\r\n\r\n{"message"',
};

test.each(Object.entries(HALF_ANSWERS))('every call whose connection breaks %s is told so at once', async (_, half) => {
  const patient = dockerOf(openEngine({ dockerHost: `unix://${join(dir, 'silent.sock')}` }));
  answer = half;
  const breaking = setInterval(() => {
    for (const socket of sockets) if (socket.bytesWritten > 0) socket.destroy();
  }, 20);
  const calls: [string, (done: (error: { code?: string; message: string } | null) => void) => unknown][] = [
    ['wait', (done) => patient.getContainer('one').wait({}, done)],
    ['inspect', (done) => patient.getContainer('one').inspect(done)],
    ['create', (done) => patient.createContainer({}, done)],
    ['list', (done) => patient.listContainers({}, done)],
    ['remove', (done) => patient.getContainer('one').remove({}, done)],
    ['network', (done) => patient.getNetwork('one').inspect(done)],
  ];
  const outcomes = await Promise.all(calls.map(async ([name, call]) => `${name}: ${await outcomeOf(call)}`));
  clearInterval(breaking);
  answer = '';
  expect(outcomes).toEqual(calls.map(([name]) => `${name}: ECONNRESET`));
});

test('what is late says which call it was, and what to do', async () => {
  const error = await engine
    .getContainer('one')
    .start()
    .catch((thrown: Error) => thrown.message);
  expect(error).toBe(
    'Docker did not answer within 0.05 s: POST /containers/one/start. If `docker network ls` hangs too, it is stuck: restart it (sudo systemctl restart docker), then try again.',
  );
});

test('a stream that falls silent ends', async () => {
  answer = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n';
  const stream = (await engine.getEvents({})) as Readable;
  const reading = (async () => {
    for await (const chunk of stream) expect(String(chunk)).toBe('{}\n');
  })();
  await expect(reading).rejects.toThrow('Docker said nothing for 0.05 s: GET /events.');
  answer = '';
});

test('what is being sent is a sign of life', async () => {
  async function* slowly(): AsyncGenerator<Buffer> {
    for (let piece = 0; piece < 10; piece += 1) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      yield Buffer.from('x');
    }
  }
  const began = Date.now();
  const error = await engine.loadImage(Readable.from(slowly(), { objectMode: false })).catch((thrown: Error) => thrown.message);
  expect(error).toContain('Docker did not answer within 0.05 s: POST /images/load');
  expect(Date.now() - began).toBeGreaterThan(150);
});

test('a caller that gives up is heard', async () => {
  const signal = AbortSignal.timeout(10);
  await expect(engine.getContainer('one').wait({ abortSignal: signal })).rejects.toMatchObject({ name: /AbortError/ });
});
