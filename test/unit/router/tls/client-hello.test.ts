// Who is asked for in real first messages of TLS, whole and in pieces, and in what is none.
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ACME_PROTOCOL, helloOf } from '../../../../src/router/tls/client-hello.js';

const serverNameOf = (bytes: Buffer) => helloOf(bytes)?.serverName;

/** What node's client sends first. */
async function hello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ socket: createConnection(port, '127.0.0.1'), ...options }).on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [import('node:net').Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

/** The same message in records of so many bytes. */
function inRecords(whole: Buffer, most: number): Buffer {
  const message = whole.subarray(5);
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += most) {
    const part = message.subarray(at, at + most);
    parts.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(parts);
}

describe('the host that is asked for', () => {
  it('is read from a whole message, in one record or many', async () => {
    for (const options of [{}, { maxVersion: 'TLSv1.2' as const }, { ALPNProtocols: ['h2', 'http/1.1'] }]) {
      const bytes = await hello({ servername: 'www.example.com', ...options });
      expect(serverNameOf(bytes)).toBe('www.example.com');
      for (const most of [1, 3, 50]) expect(serverNameOf(inRecords(bytes, most))).toBe('www.example.com');
      for (let size = 0; size < bytes.length; size += 1) expect(serverNameOf(bytes.subarray(0, size))).toBeUndefined();
    }
  });

  it('comes from an authority where that speaks its protocol and no other', async () => {
    const asks = async (ALPNProtocols: string[]) => helloOf(await hello({ servername: 'www.example.com', ALPNProtocols }));
    expect(await asks([ACME_PROTOCOL])).toEqual({ serverName: 'www.example.com', isChallenge: true });
    for (const others of [['h2', 'http/1.1'], ['h2', ACME_PROTOCOL], [ACME_PROTOCOL, 'h2'], [ACME_PROTOCOL.slice(1)]])
      expect(await asks(others)).toEqual({ serverName: 'www.example.com', isChallenge: false });
  });

  it('is none where none is named', async () => {
    expect(serverNameOf(await hello({ servername: '' }))).toBeNull();
  });

  it('is none in what is not TLS, and nothing is waited for that is too long', async () => {
    const bytes = await hello({ servername: 'www.example.com' });
    expect(serverNameOf(Buffer.from('GET / HTTP/1.1\r\n'))).toBeNull();
    expect(serverNameOf(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]))).toBeNull();
    expect(serverNameOf(Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255]))).toBeNull();
    expect(serverNameOf(Buffer.concat(Array.from({ length: 15_000 }, () => Buffer.from([22, 3, 1, 0, 0]))))).toBeNull();
    // A message that is short of its end, a byte in each record: looked at with each packet, so not for long.
    const endless = Buffer.concat([Buffer.from([1, 0, 0x3f, 0]), Buffer.alloc(9_000)]);
    expect(serverNameOf(inRecords(Buffer.concat([Buffer.alloc(5), endless]), 1))).toBeNull();
    // Every byte wrong, once: no answer but these, and never an error.
    for (let at = 0; at < bytes.length; at += 1)
      for (const wrong of [0, 255]) {
        const bent = Buffer.from(bytes);
        bent[at] = wrong;
        expect(['string', 'object', 'undefined']).toContain(typeof serverNameOf(bent));
      }
  });
});
