// Request bodies as they pass: framing, streaming, 100 Continue, early answers.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { behind, HOST, open, post } from './behind.js';
import { anApp, bodyOf, cannedDyno, get, httpDyno, raw, rawDyno, startTestRouter, statusOf, until } from './support.js';

describe('request bodies', () => {
  const echo = () => httpDyno((req, res) => void req.pipe(res));

  it('pass with a length, chunked, empty, and with extensions and trailers', async () => {
    const router = await behind(await echo());
    const cases: [string, string][] = [
      [post('Content-Length: 5\r\nConnection: close', 'hello'), 'hello'],
      [post('Transfer-Encoding: chunked\r\nConnection: close', '5\r\nhello\r\n0\r\n\r\n'), 'hello'],
      [post('Transfer-Encoding: chunked\r\nConnection: close', '5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n'), 'hello'],
      [post('Transfer-Encoding: chunked\r\nConnection: close', '0\r\n\r\n'), ''],
      [post('Content-Length: 0\r\nConnection: close'), ''],
      [post('Connection: close'), ''],
      [`GET / HTTP/1.1\r\n${HOST}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`, 'hello'],
    ];
    for (const [request, body] of cases) {
      const answer = await raw(router.port, request);
      expect(statusOf(answer), request).toBe(200);
      expect(bodyOf(answer).includes(body), request).toBe(true);
    }
  });

  it('flow as they are sent, answers at the same time', async () => {
    const router = await behind(await echo());
    const req = httpRequest({ port: router.port, method: 'POST', headers: { host: 'demo.localhost' } });
    const got: string[] = [];
    req.write('one');
    const [res] = (await once(req, 'response')) as [import('node:http').IncomingMessage];
    res.on('data', (chunk) => got.push(String(chunk)));
    await until(() => got.join('') === 'one');
    req.write('two');
    await until(() => got.join('') === 'onetwo');
    req.end();
    await once(res, 'end');
  });

  it('100 Continue comes from the router, once a dyno takes the body', async () => {
    const router = await behind(await echo());
    const answer = await raw(router.port, [post('Content-Length: 5\r\nExpect: 100-continue'), 'hello'], { gapMs: 100 });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*hello/);
  });

  it('no 100 Continue for what is refused, and the connection closes', async () => {
    const router = await startTestRouter([anApp({ wanted: 0 })]);
    open.push(() => router.close());
    const answer = await raw(router.port, post('Content-Length: 5\r\nExpect: 100-continue'));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*\r\nConnection: close\r\n/);
    expect(answer).not.toContain('100 Continue');
  });

  it('a 100 of the dyno is an error', async () => {
    const router = await behind(await cannedDyno('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    expect(statusOf(await raw(router.port, get()))).toBe(503);
    expect((await router.said())[0]).toContain('code=H17');
  });

  const badChunk = [post('Transfer-Encoding: chunked'), 'zz\r\nhello\r\n'];
  it.each([
    ['in the packet of the head', [badChunk.join('')]],
    ['after the head', badChunk],
    ['after a good one', [badChunk[0]!, '2\r\nhi\r\n', badChunk[1]!]],
  ])('a bad chunk %s is H26, told once', async (_where, packets) => {
    const router = await behind(await httpDyno((req, res) => void req.resume().on('end', () => res.end())), { idleMs: 10_000 });
    const answer = await raw(router.port, packets, { gapMs: 50, until: /never/ });
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect((await router.said())[0]).toMatch(/^at=error code=H26 desc="Request Error" cause="bad chunk" .* status=400 /);
    expect(router.lines).toHaveLength(1);
  });

  it('a bad chunk of a pipelined request leaves the answers before it as they are', async () => {
    const router = await behind(
      await httpDyno((req, res) => void req.resume().on('end', () => setTimeout(() => res.end(`for ${req.url}`), 30))),
      { firstByteMs: 10_000 },
    );
    const answer = await raw(router.port, `${get('/1')}${get('/2')}${badChunk.join('')}`, { until: /never/ });
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '200', '400']);
    const lines = await router.said(3);
    expect(lines.map((line) => / code=\w+ | status=200 /.exec(line)?.[0].trim())).toEqual(['status=200', 'status=200', 'code=H26']);
    expect(lines).toHaveLength(3);
  });

  it('bytes that are no request, behind one, leave its answer as it is', async () => {
    const router = await behind(await httpDyno((_req, res) => void setTimeout(() => res.end('fine'), 30)), { firstByteMs: 10_000 });
    const answer = await raw(router.port, `${get()}nonsense\r\n\r\n`, { until: /never/ });
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*fineHTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    expect(await router.said()).toEqual([expect.stringMatching(/^at=info .* status=200 /)]);
    const closing = await raw(router.port, `${get('/', [HOST, 'Connection: close'])}nonsense\r\n\r\n`, { until: /never/ });
    expect(closing).toMatch(/^HTTP\/1\.1 200 [^]*fine$/);
  });

  it('an early answer passes while the client still sends, and the connection lives on', async () => {
    const dyno = await httpDyno((req, res) => {
      if (req.method === 'POST') res.writeHead(413, { Connection: 'close' }).end('too large');
      else res.end('next');
    });
    const router = await behind(dyno, { idleMs: 5_000 });
    const part = 'x'.repeat(100_000);
    const answer = await raw(router.port, [post('Content-Length: 1000000', part), ...Array.from({ length: 9 }, () => part), get('/next')], {
      gapMs: 10,
      answers: 2,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*too large/);
    expect(answer).toMatch(/next$/);
    expect((await router.said())[0]).toMatch(/^at=info .* status=413 /);
  });

  it('an early answer is not lost when the dyno resets the connection right after it', async () => {
    const dyno = await rawDyno(
      (socket) =>
        void socket.once('data', () =>
          socket.pause().write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno', () => socket.destroy()),
        ),
    );
    const router = await behind(dyno, { idleMs: 5_000 });
    const part = 'x'.repeat(50_000);
    for (let i = 0; i < 20; i += 1) {
      expect(
        statusOf(
          await raw(router.port, [post('Content-Length: 1000000', part), ...Array.from({ length: 9 }, () => part)], { until: /no$/ }),
        ),
      ).toBe(413);
    }
  });

  it('an early answer to an upload that never ends closes after the idle window', async () => {
    const router = await behind(
      await cannedDyno('HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno', (socket) => socket.end()),
      { keepAliveMs: 300 },
    );
    const start = Date.now();
    const answer = await raw(router.port, post('Content-Length: 1000', 'x'));
    expect(answer).toMatch(/no$/);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});
