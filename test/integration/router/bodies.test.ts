// Bodies and answers as they pass: framing, streaming, back-pressure, trailers, early answers.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/router/limits.js';
import {
  aDyno,
  anApp,
  bodyOf,
  cannedDyno,
  get,
  httpDyno,
  raw,
  rawDyno,
  sleep,
  startTestRouter,
  statusOf,
  until,
  type TestRouter,
  type Upstream,
} from './support.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function routerFor(dyno: Upstream, limits: Partial<Limits> = {}): Promise<TestRouter> {
  const router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })], limits);
  open.push(
    () => dyno.close(),
    () => router.close(),
  );
  return router;
}

const HOST = 'Host: demo.localhost';
const post = (headers: string, body = '') => `POST / HTTP/1.1\r\n${HOST}\r\n${headers}\r\n\r\n${body}`;

describe('answers', () => {
  const cases: [string, string, string, RegExp][] = [
    [
      'with a length',
      get(),
      'HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi',
      /^HTTP\/1\.1 200 Fine\r\nContent-Length: 2\r\nVia: 1\.1 vegur\r\n[^]*\r\n\r\nhi$/,
    ],
    [
      'chunked',
      get(),
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      /\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/,
    ],
    [
      'until the end of the connection',
      get(),
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi',
      /\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/,
    ],
    ['by a 1.0 server', get(), 'HTTP/1.0 200 OK\r\n\r\nhi', /\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/],
    [
      'chunked, to a 1.0 client',
      `GET / HTTP/1.0\r\n${HOST}\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      /^HTTP\/1\.1 200 OK\r\nVia[^]*\r\nConnection: close\r\n\r\nhi$/,
    ],
    ['without a reason', get(), 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1\.1 200 \r\n/],
    ['with a status of its own', get(), 'HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1\.1 799 Odd\r\n/],
    [
      '204',
      get(),
      'HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n',
      /^HTTP\/1\.1 204 No Content\r\nX: 1\r\nVia: 1\.1 vegur\r\n(?![^]*(Content-Length|Transfer-Encoding))[^]*\r\n\r\n$/,
    ],
    [
      '304 with the length of what it stands for',
      get(),
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
      /^HTTP\/1\.1 304 Not Modified\r\nContent-Length: 5\r\n[^]*\r\n\r\n$/,
    ],
    [
      'to HEAD',
      `HEAD / HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 5\r\n[^]*\r\n\r\n$/,
    ],
    [
      'after an early hint',
      get(),
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
      /^HTTP\/1\.1 200 OK\r\n[^]*hi$/,
    ],
    [
      'with repeated headers',
      get(),
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n',
      /\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/,
    ],
    ['with bytes beyond ASCII', get(), 'HTTP/1.1 200 OK\r\nX: caf\xe9\r\nContent-Length: 0\r\n\r\n', /\r\nX: caf\xe9\r\n/],
    ['with a reason beyond ASCII', get(), 'HTTP/1.1 200 Tr\xe8s\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1\.1 200 Tr\?s\r\n/],
    [
      'without hop-by-hop headers',
      get(),
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=99\r\nVia: 1.0 app\r\nContent-Length: 0\r\n\r\n',
      /^(?![^]*X-Hop)(?![^]*99)[^]*\r\nVia: 1\.0 app, 1\.1 vegur\r\n/,
    ],
    [
      'with trailers',
      get(),
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n',
      /2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n$/,
    ],
    [
      'with trailers to a 1.0 client',
      `GET / HTTP/1.0\r\n${HOST}\r\n\r\n`,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n',
      /\r\n\r\nhi$/,
    ],
  ];
  it.each(cases)('%s', async (_name, request, answer, expected) => {
    const router = await routerFor(await cannedDyno(answer, (socket) => void (/Content-Length|chunked|204/.test(answer) || socket.end())));
    expect(await raw(router.port, request)).toMatch(expected);
  });

  // RFC 9112 §6.3: what ends with its head, whatever its headers say.
  const bodiless: [string, string, string, RegExp][] = [
    [
      '304 with a length',
      'GET',
      'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 77\r\n\r\n',
      /^HTTP\/1\.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 77\r\n/,
    ],
    [
      '304 said to be chunked',
      'GET',
      'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n',
      /^HTTP\/1\.1 304 Not Modified\r\n(?![^]*chunked)/,
    ],
    ['304 that closes', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 304 /],
    ['304 to HEAD', 'HEAD', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n', /^HTTP\/1\.1 304 /],
    [
      '204 with a length',
      'GET',
      'HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n',
      /^HTTP\/1\.1 204 No Content\r\n(?![^]*Content-Length: 3)/,
    ],
    ['204 with a body', 'DELETE', 'HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc', /^HTTP\/1\.1 204 No Content\r\n(?![^]*abc)/],
    [
      '204 said to be chunked',
      'GET',
      'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 204 No Content\r\n(?![^]*chunked)/,
    ],
    ['a length to HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n', /^HTTP\/1\.1 200 OK\r\nContent-Length: 77\r\n/],
    ['a body to HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', /^HTTP\/1\.1 200 OK\r\n(?![^]*abc)/],
    ['chunked to HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n/],
    ['to HEAD, until the end of the connection', 'HEAD', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n/],
    [
      '103 with a length, then 304 with one',
      'GET',
      'HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n',
      /^HTTP\/1\.1 304 [^]*Content-Length: 77\r\n/,
    ],
  ];
  it.each(bodiless)('%s: ends with its head, and the connection serves the next', async (_name, method, answer, expected) => {
    const dyno = await rawDyno((socket) => {
      socket.on(
        'data',
        (chunk) => void socket.write(chunk.includes('/next') ? 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext' : answer),
      );
    });
    const router = await routerFor(dyno, { firstByteMs: 10_000 });
    const status = /HTTP\/1\.1 ([^1]\d\d) /.exec(answer)![1]!;
    const got = await raw(router.port, [`${method} / HTTP/1.1\r\n${HOST}\r\n\r\n`, get('/next')], { gapMs: 60, until: /next$/ });
    expect(got).toMatch(expected);
    expect(got).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nnext$/);
    const lines = await router.said(2);
    expect(lines[0]).toMatch(new RegExp(`^at=info method=${method} .* status=${status} `));
    expect(lines[1]).toMatch(/^at=info .* path="\/next" .* status=200 /);
  });

  it('come whole from a dyno that closes early on a slow client', async () => {
    const size = 900_000;
    let closedAt = 0;
    const dyno = await cannedDyno(
      `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n${'a'.repeat(size)}`,
      (socket) => {
        socket.end();
        closedAt = Date.now();
      },
    );
    const router = await routerFor(dyno);
    const socket = connect(router.port, '127.0.0.1').pause();
    socket.write(get());
    await until(() => closedAt > 0);
    await sleep(100);
    let got = 0;
    socket.on('data', (chunk: Buffer) => void (got += chunk.length)).resume();
    await until(() => got > size);
    socket.destroy();
    expect((await router.said())[0]).toMatch(/^at=info .* status=200 bytes=900\d{3} /);
  });

  it('count bytes with the head', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
    const router = await routerFor(await cannedDyno(answer));
    await raw(router.port, get());
    expect((await router.said())[0]).toContain(` bytes=${answer.length} `);
  });

  it('flow as they are written', async () => {
    const dyno = await httpDyno(async (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      await sleep(60);
      res.write('data: 1\n\n');
      await sleep(60);
      res.end('data: 2\n\n');
    });
    const router = await routerFor(dyno);
    const times: [string, number][] = [];
    const start = Date.now();
    await new Promise<void>((resolve) => {
      httpRequest({ port: router.port, headers: { host: 'demo.localhost' } }, (res) => {
        times.push(['head', Date.now() - start]);
        res.on('data', (chunk) => times.push([String(chunk), Date.now() - start])).on('end', resolve);
      }).end();
    });
    expect(times.map(([what]) => what)).toEqual(['head', 'data: 1\n\n', 'data: 2\n\n']);
    expect(times[1]![1] - times[0]![1]).toBeGreaterThan(30);
    expect(times[2]![1] - times[1]![1]).toBeGreaterThan(30);
  });
});

describe('request bodies', () => {
  const echo = () => httpDyno((req, res) => void req.pipe(res));

  it('pass with a length, chunked, empty, and with extensions and trailers', async () => {
    const router = await routerFor(await echo());
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
    const router = await routerFor(await echo());
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
    const router = await routerFor(await echo());
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
    const router = await routerFor(await cannedDyno('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    expect(statusOf(await raw(router.port, get()))).toBe(503);
    expect((await router.said())[0]).toContain('code=H17');
  });

  const badChunk = [post('Transfer-Encoding: chunked'), 'zz\r\nhello\r\n'];
  it.each([
    ['in the packet of the head', [badChunk.join('')]],
    ['after the head', badChunk],
    ['after a good one', [badChunk[0]!, '2\r\nhi\r\n', badChunk[1]!]],
  ])('a bad chunk %s is H26, told once', async (_where, packets) => {
    const router = await routerFor(await httpDyno((req, res) => void req.resume().on('end', () => res.end())), { idleMs: 10_000 });
    const answer = await raw(router.port, packets, { gapMs: 50, until: /never/ });
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect((await router.said())[0]).toMatch(/^at=error code=H26 desc="Request Error" cause="bad chunk" .* status=400 /);
    expect(router.lines).toHaveLength(1);
  });

  it('a bad chunk of a pipelined request leaves the answers before it as they are', async () => {
    const router = await routerFor(
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
    const router = await routerFor(await httpDyno((_req, res) => void setTimeout(() => res.end('fine'), 30)), { firstByteMs: 10_000 });
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
    const router = await routerFor(dyno, { idleMs: 5_000 });
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
    const router = await routerFor(dyno, { idleMs: 5_000 });
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
    const router = await routerFor(
      await cannedDyno('HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno', (socket) => socket.end()),
      { keepAliveMs: 300 },
    );
    const start = Date.now();
    const answer = await raw(router.port, post('Content-Length: 1000', 'x'));
    expect(answer).toMatch(/no$/);
    expect(Date.now() - start).toBeLessThan(2_500);
  });
});

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
    const router = await routerFor(dyno, { idleMs: 10_000 });
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

  it('while a dyno reads slowly', async () => {
    let dynoSocket: Socket | undefined;
    const dyno = await rawDyno((socket) => void (dynoSocket = socket.pause()));
    const router = await routerFor(dyno, { idleMs: 10_000, firstByteMs: 10_000 });
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
    const router = await routerFor(await httpDyno((req, res) => void req.pipe(res)), { idleMs: 10_000, firstByteMs: 10_000 });
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
  }, 30_000);
});
