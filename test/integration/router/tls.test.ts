// The TLS port: the same router behind the home's certificate.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import {
  aDyno,
  anApp,
  cannedDyno,
  get,
  httpDyno,
  rawDyno,
  sleep,
  startTestRouter,
  until,
  type TestRouter,
  type Upstream,
} from './support.js';

const dir = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
const at = (name: string) => readFileSync(join(dir, name));
let dyno: Upstream;
let router: TestRouter;

beforeAll(async () => {
  await ensureCertificates(dir, ['localhost', 'demo.localhost', '127.0.0.1'], Date.now());
  dyno = await httpDyno((req, res) => void res.end(JSON.stringify(req.headers)));
  dyno.server.on('upgrade', (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  router = await startTestRouter(
    [anApp({ dynos: [aDyno({ port: dyno.port })] })],
    { firstByteMs: 20_000, idleMs: 20_000, probeMs: 20_000 },
    { cert: at('server.pem'), key: at('server.key') },
  );
});

afterAll(async () => {
  await router.close();
  await dyno.close();
  rmSync(dir, { recursive: true });
});

describe('TLS', () => {
  it('is told to the dyno and in the line, and the certificate holds', async () => {
    expect(await ask()).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': String(router.port) });
    expect((await router.said())[0]).toMatch(/ status=200 .* protocol=https$/);
  });

  it('carries upgrades', async () => {
    const socket = connectTls({ port: router.port, host: '127.0.0.1', servername: 'demo.localhost', ca: at('ca.pem') });
    let got = '';
    socket.on('data', (chunk) => (got += String(chunk)));
    socket.write(get('/', ['Host: demo.localhost', 'Connection: Upgrade', 'Upgrade: echo']));
    await until(() => got.includes('\r\n\r\n'));
    const text = createHash('sha256').update('x').digest('hex').repeat(1_000);
    socket.write(text);
    await until(() => got.endsWith(text));
    socket.destroy();
  });

  it('nothing behind a head that is refused is read, though it comes before the answer is out', async () => {
    // As much as a record holds: what follows comes by itself, in the same turn.
    const line = `GET /refused HTTP/1.1\r\nHost: demo.localhost\r\nX : `;
    const refused = `${line}${'a'.repeat(16_384 - line.length - 4)}\r\n\r\n`;
    const socket = connectTls({ port: router.port, host: '127.0.0.1', servername: 'demo.localhost', ca: at('ca.pem') });
    let got = '';
    socket.on('data', (chunk) => (got += String(chunk))).write(refused + get('/smuggled'));
    await once(socket, 'close');
    expect(got.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    const lines = router.lines.map(({ text }) => text).filter((text) => /path="\/(refused|smuggled)"/.test(text));
    expect(lines).toEqual([expect.stringContaining('code=H26')]);
  });

  it('a dyno that answers while a request is refused for its body is not heard', async () => {
    let dynoSocket: Socket | undefined;
    const early = await rawDyno((socket) => void socket.once('data', () => (dynoSocket = socket)));
    const other = await startTestRouter(
      [anApp({ dynos: [aDyno({ port: early.port })] })],
      { firstByteMs: 20_000, idleMs: 20_000, probeMs: 20_000 },
      { cert: at('server.pem'), key: at('server.key') },
    );
    const socket = connectTls({ port: other.port, host: '127.0.0.1', servername: 'demo.localhost', ca: at('ca.pem') });
    let got = '';
    socket.on('data', (chunk) => (got += String(chunk)));
    socket.write('POST / HTTP/1.1\r\nHost: demo.localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    await until(() => dynoSocket !== undefined);
    socket.write('no chunk\r\n');
    dynoSocket!.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await once(socket, 'close');
    expect(got.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect((await other.said())[0]).toContain('code=H26');
    await other.close();
    await early.close();
  });

  it('answers a client that has ended its side', async () => {
    const socket = connectTls({
      socket: connect({ port: router.port, host: '127.0.0.1', allowHalfOpen: true }),
      servername: 'demo.localhost',
      ca: at('ca.pem'),
    });
    let got = '';
    socket.on('data', (chunk) => (got += String(chunk))).end(get());
    await once(socket, 'end');
    expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"x-forwarded-proto":"https"/);
  });

  it('has the same window: a steady client is served, one that stops reading is cut off', async () => {
    const size = 30_000_000;
    const large = await cannedDyno(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`), Buffer.alloc(size, 'a')]),
    );
    const slow = await startTestRouter(
      [anApp({ dynos: [aDyno({ port: large.port })] })],
      { idleMs: 3_000, firstByteMs: 20_000 },
      { cert: at('server.pem'), key: at('server.key') },
    );
    const socket = connectTls({ port: slow.port, host: '127.0.0.1', servername: 'demo.localhost', ca: at('ca.pem') }).on(
      'error',
      () => undefined,
    );
    let got = 0;
    let isReading = true;
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      socket.pause();
      if (isReading) setTimeout(() => socket.resume(), 5);
    });
    socket.write(get());
    await sleep(4_000);
    expect(slow.lines).toEqual([]);
    expect(got).toBeGreaterThan(1_000);
    isReading = false;
    await until(() => slow.lines.length > 0, 20_000);
    expect(slow.lines[0]!.text).toContain('code=H28');
    socket.destroy();
    await slow.close();
    await large.close();
  });

  it('a stop does not wait for a handshake', async () => {
    const other = await startTestRouter([anApp()], {}, { cert: at('server.pem'), key: at('server.key') });
    const socket = connect(other.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(Buffer.from([22, 3, 1]));
    await sleep(50);
    const before = Date.now();
    await other.close(20_000);
    expect(Date.now() - before).toBeLessThan(10_000);
    socket.destroy();
  });

  it('bytes that are no TLS end their connection without an answer, and nothing else', async () => {
    let got = '';
    await new Promise<void>((resolve) => {
      connect(router.port, '127.0.0.1')
        .on('close', () => resolve())
        .on('error', () => undefined)
        .on('data', (chunk) => (got += String(chunk)))
        .write(get());
    });
    expect(got).not.toContain('HTTP/');
    expect(await ask()).toMatchObject({ 'x-forwarded-proto': 'https' });
  });
});

/** What the dyno says of the headers of a request over TLS. */
async function ask(): Promise<unknown> {
  const asking = request({
    port: router.port,
    host: '127.0.0.1',
    servername: 'demo.localhost',
    ca: at('ca.pem'),
    agent: false,
    headers: { host: 'demo.localhost' },
  });
  const [res] = (await once(asking.end(), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of res) body += String(chunk);
  return JSON.parse(body);
}
