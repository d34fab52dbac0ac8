// The client leaves, or stops reading or writing: its codes, and what is said in the log.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { behind, post, routerFor } from './behind.js';
import { lineOf, SENT } from './line-of.js';
import { anApp, cannedDyno, get, httpDyno, raw, rawDyno, statusOf, until } from './support.js';

describe('the client fails', () => {
  it('H27: leaves while waiting; the dyno is told', async () => {
    let dynoClosed = false;
    const router = await behind(await rawDyno((socket) => void socket.resume().on('close', () => (dynoClosed = true))));
    await raw(router.port, get(), { leaveMs: 80 });
    expect((await router.said())[0]).toMatch(lineOf('H27', 'sock=client at=warning', 'Client Request Interrupted', SENT, 499));
    await until(() => dynoClosed);
  });

  it('H27: leaves in mid-response', async () => {
    const router = await behind(await cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    await raw(router.port, get(), { leaveMs: 80 });
    expect((await router.said())[0]).toContain('code=H27');
  });

  it('H27: leaves in mid-upload', async () => {
    let ended = '';
    const dyno = await httpDyno(
      (req) =>
        void req
          .resume()
          .on('end', () => (ended = 'whole'))
          .on('error', () => (ended = 'cut')),
    );
    const router = await behind(dyno);
    await raw(router.port, post('Content-Length: 100', 'half'), { leaveMs: 80 });
    expect((await router.said())[0]).toContain('code=H27');
    await until(() => ended !== '');
    expect(ended).toBe('cut');
  });

  it('H28: stops in mid-upload', async () => {
    const router = await behind(await httpDyno((req) => void req.resume()), { idleMs: 150 });
    const start = Date.now();
    await raw(router.port, post('Content-Length: 100', 'half'));
    expect(Date.now() - start).toBeLessThan(10_000);
    expect((await router.said())[0]).toMatch(lineOf('H28', 'sock=client at=warning', 'Client Connection Idle', SENT, 499));
  });

  const large = (size: number) => Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${'a'.repeat(size)}`);
  const unread: [string, number][] = [
    ['the dyno is done', 50_000_000],
    ['the dyno waits', 1_048_576],
  ];
  it.each(unread)('H28: stops reading while %s; after one window, not two', async (_what, bufferBytes) => {
    const router = await behind(await cannedDyno(large(30_000_000)), { idleMs: 4_000, firstByteMs: 20_000, bufferBytes });
    const socket = connect(router.port, '127.0.0.1')
      .pause()
      .on('error', () => undefined);
    socket.write(get());
    const start = Date.now();
    expect((await router.said())[0]).toMatch(lineOf('H28', 'sock=client at=warning', 'Client Connection Idle', SENT, 499));
    expect(Date.now() - start).toBeGreaterThan(3_900);
    expect(Date.now() - start).toBeLessThan(7_900);
    socket.destroy();
  });

  it('H27: leaves without having read all, though the dyno is done', async () => {
    const dyno = await httpDyno((req, res) => void res.end(req.url === '/large' ? Buffer.alloc(30_000_000) : 'next'));
    const patient = { idleMs: 20_000, firstByteMs: 20_000, holdMs: 20_000 };
    const router = await behind(dyno, { ...patient, bufferBytes: 50_000_000, activePerDyno: 1 });
    const socket = connect(router.port, '127.0.0.1')
      .pause()
      .on('error', () => undefined);
    socket.write(get('/large'));
    await until(() => router.activity.seen().size === 1);
    // Is served once the dyno has a place again.
    await raw(router.port, get('/next'));
    socket.resetAndDestroy();
    expect((await router.said(2))[1]).toMatch(/code=H27 .* path="\/large"/);
  });

  it.each([
    ['pages of its app', 'demo.localhost', 'code=H14'],
    ['pages of no app', 'other.localhost', null],
  ])('does not read %s: it is cut off after a window', async (_what, host, said) => {
    const router = await routerFor([anApp({ wanted: 0 })]);
    const socket = connect({ port: router.port, host: '127.0.0.1', noDelay: true })
      .pause()
      .on('error', () => undefined);
    const closed = new Promise((resolve) => void socket.once('close', resolve));
    socket.write(get('/', [`Host: ${host}`]).repeat(4_500));
    // It is told by the answer to what it says when nobody hears it any more.
    const talk = setInterval(() => socket.write('\r\n'), 20);
    await closed;
    clearInterval(talk);
    if (said) expect(router.lines.at(-1)!.text).toContain(said);
    else expect(router.lines).toEqual([]);
  });

  it('a client that reads slowly but steadily is served', async () => {
    const size = 4_000_000;
    const router = await behind(await cannedDyno(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${'a'.repeat(size)}`), { idleMs: 800 });
    const socket = connect({ port: router.port, host: '127.0.0.1' });
    socket.write(get());
    let got = 0;
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 20);
    });
    await until(() => got > size);
    socket.destroy();
    expect((await router.said())[0]).toContain('at=info');
  });

  it('sends empty lines only: the connection is closed in time', async () => {
    const router = await behind(await cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), { headersMs: 200 });
    const socket = connect({ port: router.port, host: '127.0.0.1', noDelay: true }).on('error', () => undefined);
    const closed = new Promise((resolve) => void socket.once('close', resolve));
    const talk = setInterval(() => socket.write('\r\n'), 20);
    await closed;
    clearInterval(talk);
    expect(router.lines).toEqual([]);
  });

  it('sends nothing, or half a head: the connection is closed in time, no line is said', async () => {
    const router = await behind(await cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), { headersMs: 100 });
    const answer = await raw(router.port, 'GET / HTTP/1.1\r\nHost: de');
    expect(statusOf(answer)).toBe(408);
    expect(router.lines).toEqual([]);
  });
});
