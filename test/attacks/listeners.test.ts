// Somebody without a name who wants the API port to be busy with them: half a head, a slow one, a handshake that never ends,
// a thousand connections.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates } from '../../src/start/home/ca.js';
import { watchCertificate } from '../../src/lib/certificate.js';
import { listenOnPort, type Listening, type ListenLimits } from '../../src/web/listen.js';

let door: Listening;
let home: string;
const open: Socket[] = [];

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await door.close(0);
  rmSync(home, { recursive: true });
});

async function listen(limits: Partial<ListenLimits>): Promise<void> {
  home = mkdtempSync(join(tmpdir(), 'slipway-door-'));
  await ensureCertificates(home, ['localhost'], Date.now());
  door = await listenOnPort({
    port: 0,
    host: '127.0.0.1',
    answer: (request, response) => request.resume().once('end', () => response.end('ok')),
    certificate: watchCertificate(home),
    limits: { headMs: 600, idleMs: 60_000, perAddress: 20, ...limits },
  });
}

async function dial(): Promise<Socket> {
  const socket = connect(door.port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

it.each<[string, Buffer]>([
  ['half a head', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nX-')],
  ['the first letter of one', Buffer.from('G')],
  ['nothing', Buffer.alloc(0)],
  ['the beginning of a handshake', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00])],
])('%s is waited for as long as a head may take', async (_, bytes) => {
  await listen({});
  const socket = await dial();
  if (bytes.length > 0) socket.write(bytes);
  await once(socket, 'close');
});

it('a head that comes letter by letter does not get more time', async () => {
  await listen({});
  const socket = await dial();
  socket.write('GET / HTTP/1.1\r\nHost: ');
  const writing = setInterval(() => socket.write('x'), 50);
  await once(socket, 'close');
  clearInterval(writing);
});

it('a connection on which nothing more is said ends', async () => {
  await listen({ headMs: 30_000, idleMs: 300 });
  const socket = await dial();
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
  await once(socket, 'close');
});

it('one address has so many connections at once, and gets others when they end', async () => {
  await listen({ headMs: 30_000 });
  const sockets = await Promise.all(Array.from({ length: 20 }, dial));
  const surplus = await dial();
  if (!surplus.closed) await once(surplus, 'close');
  sockets[0]!.destroy();
  await expect.poll(ask).toMatch(/^HTTP\/1\.1 200 OK/);
});

/** All that a request on a connection of its own is answered; empty when there was no room for one. */
async function ask(): Promise<string> {
  let text = '';
  const socket = await dial();
  socket.on('data', (bytes) => (text += String(bytes))).write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  if (!socket.closed) await once(socket, 'close');
  return text;
}
