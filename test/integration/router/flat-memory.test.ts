// However slow either side reads, and however much passes: memory stays flat.
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { behind, post } from './behind.js';
import { get, httpDyno, rawDyno, sleep } from './support.js';

describe('memory stays flat', () => {
  const MB = 1_048_576;

  /** Runs `act` and gives by how much memory outside the heap and in it grew at most meanwhile. */
  async function growthDuring(act: () => Promise<unknown>): Promise<number> {
    const used = () => process.memoryUsage().external + process.memoryUsage().heapUsed;
    const before = used();
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, used() - before)), 10);
    await act();
    clearInterval(timer);
    return most / MB;
  }

  it('while a client reads slowly', async () => {
    let sent = 0;
    const dyno = await rawDyno((socket) => {
      const chunk = Buffer.alloc(65_536, 'a');
      const write = () => {
        while (sent < 300 * MB && !socket.destroyed) {
          sent += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${300 * MB}\r\n\r\n`);
        socket.on('drain', write);
        write();
      });
    });
    const router = await behind(dyno, { idleMs: 10_000 });
    const socket = connect(router.port, '127.0.0.1').pause();
    const growth = await growthDuring(async () => {
      socket.write(get());
      await sleep(600);
    });
    socket.destroy();
    expect(sent).toBeLessThan(40 * MB);
    expect(growth).toBeLessThan(20);
    expect((await router.said())[0]).toContain('code=H27');
  });

  it('while hints come ahead of an answer that nobody reads', async () => {
    const hints = `HTTP/1.1 103 Early Hints\r\n${`Link: ${'a'.repeat(500_000)}\r\n`.repeat(2)}\r\n`;
    let sent = 0;
    const dyno = await rawDyno((socket) => {
      const write = () => {
        while (sent < 99 * hints.length && !socket.destroyed) {
          sent += hints.length;
          if (!socket.write(hints)) return;
        }
      };
      socket.on('drain', write).once('data', write);
    });
    const router = await behind(dyno, { firstByteMs: 2_000 });
    const socket = connect(router.port, '127.0.0.1')
      .on('error', () => undefined)
      .pause();
    socket.write(get());
    const [line] = await router.said();
    expect(line).toContain('code=H12');
    expect(sent).toBeLessThan(40 * MB);
    socket.destroy();
  });

  it('while a dyno reads slowly', async () => {
    let dynoSocket: Socket | undefined;
    const dyno = await rawDyno((socket) => void (dynoSocket = socket.pause()));
    const router = await behind(dyno, { idleMs: 10_000, firstByteMs: 10_000 });
    const socket = connect(router.port, '127.0.0.1').on('error', () => undefined);
    let sent = 0;
    const growth = await growthDuring(async () => {
      socket.write(post(`Content-Length: ${300 * MB}`));
      const chunk = Buffer.alloc(65_536, 'a');
      const write = () => {
        while (sent < 300 * MB && !socket.destroyed) {
          sent += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', write);
      write();
      await sleep(600);
    });
    expect(dynoSocket).toBeDefined();
    expect(sent).toBeLessThan(40 * MB);
    expect(growth).toBeLessThan(20);
    socket.destroy();
  });

  it('while 200 MB go up and come back', async () => {
    const router = await behind(await httpDyno((req, res) => void req.pipe(res)), { idleMs: 10_000, firstByteMs: 10_000 });
    let got = 0;
    const growth = await growthDuring(
      () =>
        new Promise<void>((resolve, reject) => {
          const req = httpRequest(
            { port: router.port, method: 'POST', headers: { host: 'demo.localhost', 'content-length': 200 * MB } },
            (res) => {
              res.on('data', (chunk: Buffer) => void (got += chunk.length)).on('end', resolve);
            },
          );
          req.on('error', reject);
          const chunk = Buffer.alloc(MB, 'a');
          let left = 200;
          const write = () => {
            while (left > 0) {
              left -= 1;
              if (!req.write(chunk)) return;
            }
            req.off('drain', write).end();
          };
          req.on('drain', write);
          write();
        }),
    );
    expect(got).toBe(200 * MB);
    expect(growth).toBeLessThan(100);
  }, 120_000);
});
