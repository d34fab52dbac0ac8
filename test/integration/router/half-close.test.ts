// A client that ends its side of the connection behind its request waits for the answer, or has left: both look alike at first.
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/router/limits.js';
import { behind, HOST, open, post, routerFor } from './behind.js';
import { aDyno, anApp, cannedDyno, get, httpDyno, raw, sleep, until } from './support.js';

describe('a client that has nothing more to say', () => {
  /** Writes, ends its side, and gives what comes until the other side ends too. */
  async function ended(port: number, bytes: string): Promise<string> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).end(bytes);
    await once(socket, 'end');
    return text;
  }
  const slow = (ms: number) =>
    httpDyno((req, res) => void req.resume().on('end', () => setTimeout(() => res.end(`${req.method} ${req.url}`), ms)));
  const patient: Partial<Limits> = { firstByteMs: 10_000, idleMs: 10_000 };

  const cases: [string, string, RegExp][] = [
    ['GET', get('/a'), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nGET \/a$/],
    [
      'GET that would keep the connection',
      get('/a', [HOST, 'Connection: keep-alive']),
      /^HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n[^]*GET \/a$/,
    ],
    ['POST', post('Content-Length: 5', 'hello'), /^HTTP\/1\.1 200 OK\r\n[^]*POST \/$/],
    ['chunked POST', post('Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n[^]*POST \/$/],
    ['HTTP/1.0', `GET /a HTTP/1.0\r\n${HOST}\r\n\r\n`, /^HTTP\/1\.1 200 OK\r\n[^]*GET \/a$/],
    [
      'three in a row',
      `${get('/a')}${get('/b')}${get('/c')}`,
      /^HTTP\/1\.1 200 OK\r\n[^]*GET \/a[^]*HTTP\/1\.1 200 OK\r\n[^]*GET \/b[^]*HTTP\/1\.1 200 OK\r\n[^]*GET \/c$/,
    ],
  ];
  it.each(cases)('is answered: %s', async (_what, bytes, expected) => {
    const router = await behind(await slow(50), { ...patient, probeMs: 5_000 });
    expect(await ended(router.port, bytes)).toMatch(expected);
    const lines = await router.said(bytes.split('HTTP/1.').length - 1);
    expect(lines.every((line) => /^at=info .* status=200 /.test(line))).toBe(true);
  });

  it('is answered however long it takes; it hears twice that it is still served', async () => {
    const router = await behind(await slow(600), patient);
    expect(await ended(router.port, get('/a'))).toMatch(/^(HTTP\/1\.1 100 Continue\r\n\r\n){2}HTTP\/1\.1 200 OK\r\n[^]*GET \/a$/);
    expect(await ended(router.port, `GET /a HTTP/1.0\r\n${HOST}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*GET \/a$/);
  });

  it('is answered whole, also a large answer, also by a dyno that is started first', async () => {
    const dyno = await cannedDyno(`HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n${'a'.repeat(5_000_000)}`);
    open.push(() => dyno.close());
    const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })], { ...patient, holdMs: 10_000 });
    const answer = ended(router.port, get());
    await sleep(100);
    router.route(anApp({ dynos: [aDyno({ port: dyno.port })] }));
    expect((await answer).length).toBeGreaterThan(5_000_000);
  });

  it('but sent half a body, is gone: H27', async () => {
    const router = await behind(await slow(0), patient);
    expect(await ended(router.port, post('Content-Length: 50', 'half'))).toBe('');
    expect((await router.said())[0]).toContain('code=H27');
  });

  it('after a while in the midst of an answer, is gone: the dyno is told at once', async () => {
    let isTold = false;
    const router = await behind(
      await httpDyno((_req, res) => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
        res.on('close', () => (isTold = true));
      }),
      patient,
    );
    expect(await raw(router.port, get(), { leaveMs: 150 })).toContain('data: 1');
    await until(() => isTold);
    expect((await router.said())[0]).toContain('code=H27');
  });
});
