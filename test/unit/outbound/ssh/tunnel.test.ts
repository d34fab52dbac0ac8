import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as next } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openFetchGuard } from '../../../../src/outbound/fetch-guard.js';
import { openTunnel } from '../../../../src/outbound/ssh/tunnel.js';

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

/** A tunnel to a server that does this with whoever comes. */
async function tunnelTo(serve: (socket: Socket) => void, allow: string[]) {
  const server = createServer((socket) => serve(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const tunnel = await openTunnel(openFetchGuard(allow), { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  open.push(tunnel.close, () => server.close());
  return tunnel;
}

describe('a tunnel', () => {
  it('brings all that a server has said, which has left before it is read', async () => {
    const size = 12_000_000;
    const { port } = await tunnelTo((socket) => void socket.end(Buffer.alloc(size)), ['127.0.0.1']);
    let got = 0;
    for await (const chunk of connect(port, '127.0.0.1')) {
      got += (chunk as Buffer).length;
      for (let turn = 0; turn < 5; turn += 1) await next();
    }
    expect(got).toBe(size);
  });

  it('ends where the guard does not let it, and says why', async () => {
    const { port, fault } = await tunnelTo(() => undefined, []);
    await once(connect(port, '127.0.0.1').resume(), 'close');
    expect(fault()?.message).toMatch(/^127\.0\.0\.1 is not on the public internet/);
  });
});
