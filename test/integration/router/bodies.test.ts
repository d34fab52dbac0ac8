// Answers as they pass: framing, streaming, back-pressure, trailers.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { behind, HOST } from './behind.js';
import { cannedDyno, get, httpDyno, raw, rawDyno, sleep, until } from './support.js';

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
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*hi$/,
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
    const router = await behind(await cannedDyno(answer, (socket) => void (/Content-Length|chunked|204/.test(answer) || socket.end())));
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
      /^HTTP\/1\.1 103 Early Hints\r\n\r\nHTTP\/1\.1 304 [^]*Content-Length: 77\r\n/,
    ],
  ];
  it.each(bodiless)('%s: ends with its head, and the connection serves the next', async (_name, method, answer, expected) => {
    const dyno = await rawDyno((socket) => {
      socket.on(
        'data',
        (chunk) => void socket.write(chunk.includes('/next') ? 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext' : answer),
      );
    });
    const router = await behind(dyno, { firstByteMs: 10_000 });
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
    const router = await behind(dyno);
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
    const router = await behind(await cannedDyno(answer));
    await raw(router.port, get());
    expect((await router.said())[0]).toContain(` bytes=${answer.length} `);
  });

  it('flow as they are written', async () => {
    const got: string[] = [];
    // Each piece is written when the one before has arrived.
    const dyno = await httpDyno(async (_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      await until(() => got.length === 1);
      res.write('data: 1\n\n');
      await until(() => got.length === 2);
      res.end('data: 2\n\n');
    });
    const router = await behind(dyno, { idleMs: 20_000 });
    await new Promise<void>((resolve) => {
      httpRequest({ port: router.port, headers: { host: 'demo.localhost' } }, (res) => {
        got.push('head');
        res.on('data', (chunk) => got.push(String(chunk))).on('end', resolve);
      }).end();
    });
    expect(got).toEqual(['head', 'data: 1\n\n', 'data: 2\n\n']);
  });
});
