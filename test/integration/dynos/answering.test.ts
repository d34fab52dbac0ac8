// What one request to a dyno comes to.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { answerOf } from '../../../src/dynos/engine/answering.js';

const LONG_MS = 30_000;

/** Asks a server that does this with each connection. */
async function ask(serve: (socket: Socket) => void, timeoutMs = LONG_MS, signal = new AbortController().signal): Promise<number | string> {
  const server = createServer((socket) => serve(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await answerOf({ host: '127.0.0.1', port, path: '/health?a=b', timeoutMs, signal });
  } finally {
    server.close();
  }
}

const saying = (text: string) => (socket: Socket) => void socket.once('data', () => socket.write(text));

test.each([
  ['a status', saying('HTTP/1.1 503 Busy\r\n\r\n'), 503],
  ['a redirect, which is not followed', saying('HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n'), 302],
  ['a body without end, of which nothing is read', saying('HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\nx'), 200],
  ['a connection that is closed', (socket: Socket) => void socket.destroy(), 'connection closed without an answer'],
  ['no HTTP', saying('+OK\r\n'), 'an answer that is no HTTP'],
  ['a head without end', saying(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(1 << 20)}`), 'an answer that is no HTTP'],
])('%s', async (_what, serve, answer) => expect(await ask(serve)).toBe(answer));

test('silence', async () => expect(await ask(() => undefined, 100)).toBe('no answer within 0.1 s'));

test('nobody', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await answerOf({ host: '127.0.0.1', port, path: '/', timeoutMs: LONG_MS, signal: new AbortController().signal })).toBe(
    'connection refused',
  );
});

test('whoever asked goes', async () => {
  const leaving = new AbortController();
  expect(await ask(() => leaving.abort(), LONG_MS, leaving.signal)).toBeTypeOf('string');
});

test('what is sent: the path, and who asks', async () => {
  let head = '';
  const answer = await ask((socket) =>
    socket.once('data', (chunk: Buffer) => {
      head = chunk.toString();
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    }),
  );
  expect(answer).toBe(200);
  expect(head).toMatch(/^GET \/health\?a=b HTTP\/1\.1\r\n[^]*user-agent: slipway-boot-check/i);
});
