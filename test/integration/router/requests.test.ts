// What of a request reaches the dyno, and what is refused before.
import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDyno, anApp, bodyOf, get, httpDyno, raw, startTestRouter, statusOf, until, type TestRouter, type Upstream } from './support.js';

let dyno: Upstream;
let requests = 0;
let router: TestRouter;

beforeAll(async () => {
  // Answers with what it was asked.
  dyno = await httpDyno((req, res) => {
    requests += 1;
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () =>
      res.end(
        JSON.stringify({
          method: req.method,
          url: req.url,
          version: req.httpVersion,
          headers: req.rawHeaders,
          body: Buffer.concat(chunks).toString('latin1'),
        }),
        'latin1',
      ),
    );
  });
  router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })]);
});

afterAll(async () => {
  await router.close();
  await dyno.close();
});

interface Seen {
  method: string;
  url: string;
  version: string;
  headers: string[];
  body: string;
}

async function seenFor(request: string | string[], o: { gapMs?: number } = {}): Promise<Seen> {
  const answer = await raw(router.port, request, o);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  const text = bodyOf(answer);
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Seen;
}

function valuesOf(seen: Seen, name: string): string[] {
  return seen.headers.filter((_text, i) => i % 2 === 1 && seen.headers[i - 1]!.toLowerCase() === name.toLowerCase());
}

async function lineAfter(act: () => Promise<unknown>): Promise<string> {
  const before = router.lines.length;
  await act();
  await until(() => router.lines.length > before);
  return router.lines[before]!.text;
}

describe('headers to the dyno', () => {
  it('tell who asked, how, and when', async () => {
    const before = Date.now();
    const seen = await seenFor(get('/path?q=1'));
    expect(seen).toMatchObject({ method: 'GET', url: '/path?q=1', version: '1.1', body: '' });
    expect(valuesOf(seen, 'host')).toEqual(['demo.localhost']);
    expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http']);
    expect(valuesOf(seen, 'x-forwarded-port')).toEqual([String(router.port)]);
    expect(valuesOf(seen, 'via')).toEqual(['1.1 vegur']);
    expect(valuesOf(seen, 'x-request-id')[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number(valuesOf(seen, 'x-request-start')[0])).toBeGreaterThanOrEqual(before);
    expect(Number(valuesOf(seen, 'connect-time')[0])).toBeGreaterThanOrEqual(0);
    expect(Number(valuesOf(seen, 'total-route-time')[0])).toBeGreaterThanOrEqual(0);
  });

  it('append to what proxies before said, and replace what only the router may say', async () => {
    const seen = await seenFor(
      get('/', [
        'Host: demo.localhost',
        'X-Forwarded-For: 1.1.1.1',
        'X-Forwarded-For: 2.2.2.2, 3.3.3.3',
        'Via: 1.0 fred',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Port: 1',
        'X-Request-Start: 1',
        'Connect-Time: 99999',
        'Total-Route-Time: 99999',
      ]),
    );
    expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['1.1.1.1, 2.2.2.2, 3.3.3.3, 127.0.0.1']);
    expect(valuesOf(seen, 'via')).toEqual(['1.0 fred, 1.1 vegur']);
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http']);
    expect(valuesOf(seen, 'x-forwarded-port')).toEqual([String(router.port)]);
    for (const name of ['x-request-start', 'connect-time', 'total-route-time']) expect(valuesOf(seen, name)).not.toContain('1');
    expect(valuesOf(seen, 'connect-time')).toHaveLength(1);
  });

  const ids: [string, boolean][] = [
    ['abcdefghij0123456789', true],
    ['A+/=-'.repeat(40), true],
    ['too-short', false],
    ['a'.repeat(201), false],
    ['abcdefghij0123456789!', false],
    ['abcdefghij 0123456789', false],
  ];
  it.each(ids)('X-Request-Id %s kept: %s', async (id, isKept) => {
    const seen = await seenFor(get('/', ['Host: demo.localhost', `X-Request-Id: ${id}`]));
    expect(valuesOf(seen, 'x-request-id')[0] === id).toBe(isKept);
    expect(router.lines.at(-1)!.text).toContain(`request_id=${valuesOf(seen, 'x-request-id')[0]} `);
  });

  it('lose what belongs to the connection, also what Connection names', async () => {
    const seen = await seenFor(
      get('/', [
        'Host: demo.localhost',
        'Connection: keep-alive, X-Secret',
        'X-Secret: 1',
        'Keep-Alive: timeout=9',
        'Proxy-Connection: x',
        'TE: trailers',
        'Trailer: X',
        'Proxy-Authorization: Basic x',
        'X-Kept: 2',
      ]),
    );
    for (const name of ['x-secret', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'proxy-authorization'])
      expect(valuesOf(seen, name)).toEqual([]);
    expect(valuesOf(seen, 'x-kept')).toEqual(['2']);
  });

  it('lose every name that a server reads as one that only the router sets', async () => {
    const forged = [
      'X_Forwarded_Proto: https',
      'x-forwarded_for: 6.6.6.6',
      'X_FORWARDED-PORT: 443',
      'X_Request_Id: forged',
      'X.Forwarded.Host: evil',
      'Connect_Time: 9',
      'Content_Length: 9',
      'Transfer_Encoding: chunked',
      'Host_: evil',
      'VIA_: evil',
    ];
    const seen = await seenFor(get('/', ['Host: demo.localhost', ...forged, 'X_Api_Key: 1', 'api_key: 2', 'X-Forwarded-Host: mine']));
    const folded = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    const names = seen.headers.filter((_text, i) => i % 2 === 0).map(folded);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('TRANSFER_ENCODING');
    expect(names).not.toContain('CONTENT_LENGTH');
    expect([valuesOf(seen, 'x_api_key'), valuesOf(seen, 'api_key'), valuesOf(seen, 'x-forwarded-host')]).toEqual([['1'], ['2'], ['mine']]);
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http']);
  });

  it('keep order, case, repeats and bytes beyond ASCII', async () => {
    const seen = await seenFor(
      get('/', ['Host: demo.localhost', 'X-B: 1', 'x-a: 2', 'X-B: 3', 'Cookie: a=1', 'X-Latin: caf\xe9', 'X-Empty:']),
    );
    expect(seen.headers.slice(seen.headers.indexOf('X-B'), seen.headers.indexOf('X-Empty') + 2)).toEqual([
      'X-B',
      '1',
      'x-a',
      '2',
      'X-B',
      '3',
      'Cookie',
      'a=1',
      'X-Latin',
      'caf\xe9',
      'X-Empty',
      '',
    ]);
  });
});

describe('targets and hosts', () => {
  const hosts: [string, number][] = [
    ['demo.localhost', 200],
    ['DEMO.LocalHost', 200],
    ['demo.localhost:9999', 200],
    ['demo.localhost.', 200],
    ['demo.localhost.:80', 200],
    ['other.localhost', 404],
    ['localhost', 404],
    ['127.0.0.1', 404],
    ['[::1]:80', 404],
    ['a.demo.localhost', 404],
    ['demo.localhost.evil.com', 404],
    ['demo', 404],
    ['', 400],
    ['demo.localhost, other', 400],
    ['demo.localhost:99999999', 400],
    ['<script>', 400],
  ];
  it.each(hosts)('Host "%s" → %i', async (host, status) => {
    expect(statusOf(await raw(router.port, get('/', [`Host: ${host}`, 'Connection: close'])))).toBe(status);
  });

  it('a request needs exactly one Host', async () => {
    expect(statusOf(await raw(router.port, get('/', ['X: 1'])))).toBe(400);
    expect(statusOf(await raw(router.port, 'GET / HTTP/1.0\r\n\r\n'))).toBe(400);
  });

  it('an absolute target names the host', async () => {
    const seen = await seenFor('GET http://demo.localhost:80?x=1 HTTP/1.1\r\nHost: ignored\r\n\r\n');
    expect(seen.url).toBe('/?x=1');
    expect(valuesOf(seen, 'host')).toEqual(['demo.localhost:80']);
  });

  it('odd but legal paths arrive as they came', async () => {
    for (const path of ['//x//y', '/a%2F%00', '/?a=b?c', '/a"b\'c', '/../..', '/;a=1|b{c}']) {
      expect((await seenFor(get(path))).url).toBe(path);
    }
  });

  it('the line quotes what a client could break it with', async () => {
    const line = await lineAfter(() =>
      raw(router.port, get('/a"b', ['Host: demo.localhost', 'X-Forwarded-For: " dyno=evil', 'Connection: close'])),
    );
    expect(line).toContain('path="/a%22b" host=demo.localhost');
    expect(line).toContain('fwd="%22dyno=evil,127.0.0.1"');
  });

  it('OPTIONS * has no path to send', async () => {
    expect(statusOf(await raw(router.port, 'OPTIONS * HTTP/1.1\r\nHost: demo.localhost\r\n\r\n'))).toBe(400);
  });
});

describe('methods and versions', () => {
  it.each(METHODS.filter((method) => !['CONNECT', 'HEAD'].includes(method)))('%s passes', async (method) => {
    expect((await seenFor(`${method} / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: 0\r\n\r\n`)).method).toBe(method);
  });

  it('CONNECT does not', async () => {
    expect(statusOf(await raw(router.port, 'CONNECT demo.localhost:443 HTTP/1.1\r\nHost: demo.localhost\r\n\r\n'))).toBe(405);
  });

  it('HTTP/1.0 is answered and closed; with keep-alive it is kept', async () => {
    const closing = await raw(router.port, 'GET / HTTP/1.0\r\nHost: demo.localhost\r\n\r\n');
    expect(closing).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(closing).toMatch(/\r\nConnection: close\r\n/i);
    const kept = await raw(router.port, 'GET / HTTP/1.0\r\nHost: demo.localhost\r\nConnection: keep-alive\r\n\r\n');
    expect(kept).toMatch(/\r\nConnection: keep-alive\r\n/i);
  });

  it('an unknown version or no HTTP at all is refused in HTTP', async () => {
    const cases: [string, number][] = [
      ['GET / HTTP/3.7\r\nHost: demo.localhost\r\n\r\n', 505],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
      ['hello\r\n\r\n', 400],
      ['\x16\x03\x01\x02\x00\x01\x00', 400],
      ['\0\0\0\0', 400],
      [`${'A'.repeat(128)} / HTTP/1.1\r\nHost: demo.localhost\r\n\r\n`, 400],
    ];
    for (const [bytes, status] of cases) {
      const answer = await raw(router.port, bytes);
      expect(statusOf(answer), bytes).toBe(status);
      expect(answer).toMatch(/\r\nConnection: close\r\n/);
    }
  });
});

describe('what could be read in two ways', () => {
  const host = 'Host: demo.localhost';
  const post = (headers: string[], body: string, version = '1.1') =>
    `POST / HTTP/${version}\r\n${[host, ...headers].join('\r\n')}\r\n\r\n${body}`;
  const cases: [string, string, number][] = [
    ['a length beside chunked', post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
    ['chunked beside a length', post(['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'), 400],
    ['two lengths', post(['Content-Length: 0', 'Content-Length: 5'], 'hello'), 400],
    ['one length twice', post(['Content-Length: 5', 'Content-Length: 5'], 'hello'), 400],
    ['one length twice in a line', post(['Content-Length: 5, 5'], 'hello'), 400],
    ['chunked twice', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
    ['chunked twice in a line', post(['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n'), 400],
    ['a coding and chunked, each in a line', post(['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
    ['nothing and chunked, each in a line', post(['Transfer-Encoding:', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
    ['a coding after chunked', post(['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'), 400],
    ['a coding without chunked', post(['Transfer-Encoding: gzip'], '0\r\n\r\n'), 400],
    ['a coding under chunked', post(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'), 501],
    ['identity under chunked', post(['Transfer-Encoding: identity, chunked'], '0\r\n\r\n'), 501],
    ['chunked with a parameter', post(['Transfer-Encoding: chunked;q=1'], '0\r\n\r\n'), 400],
    ['chunked in HTTP/1.0', post(['Transfer-Encoding: chunked', 'Connection: keep-alive'], '0\r\n\r\n', '1.0'), 400],
    ['two hosts', get('/', [host, host]), 400],
    ['HTTP/2.0', `GET / HTTP/2.0\r\n${host}\r\n\r\n`, 505],
    ['HTTP/0.9', `GET / HTTP/0.9\r\n${host}\r\n\r\n`, 505],
    ['HTTP/3.7', `GET / HTTP/3.7\r\n${host}\r\n\r\n`, 505],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${host}\r\n\r\n`, 505],
  ];
  it.each(cases)('%s: refused, the connection closed, what follows is not served', async (_name, request, status) => {
    const before = requests;
    const answer = await raw(router.port, `${request}${get('/smuggled')}`, { until: /never/ });
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(requests).toBe(before);
    expect(router.lines.at(-1)!.text).toMatch(new RegExp(`^at=error code=H26 .* status=${status} `));
  });

  it('chunked in any case is chunked', async () => {
    expect((await seenFor(post(['Transfer-Encoding: Chunked'], '5\r\nhello\r\n0\r\n\r\n'))).body).toBe('hello');
    expect((await seenFor(post(['transfer-encoding:  chunked '], '5\r\nhello\r\n0\r\n\r\n'))).body).toBe('hello');
  });
});

describe('connections', () => {
  it('carry each request to the dyno once', async () => {
    const before = requests;
    for (const method of ['GET', 'POST', 'HEAD'])
      await raw(router.port, `${method} / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    await raw(router.port, [get(), get()], { answers: 2 });
    expect(requests - before).toBe(5);
  });

  it('serve request after request', async () => {
    const answer = await raw(router.port, [get('/1'), get('/2'), get('/3')], { gapMs: 30, answers: 3 });
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  it('answer pipelined requests in order, one at a time', async () => {
    const answer = await raw(router.port, Array.from({ length: 20 }, (_, i) => get(`/${i}`)).join(''), { answers: 20 });
    expect([...answer.matchAll(/"url":"\/(\d+)"/g)].map((match) => Number(match[1]))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('close when the client asks for it', async () => {
    const answer = await raw(router.port, get('/', ['Host: demo.localhost', 'Connection: close']));
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });

  it('take a head byte by byte', async () => {
    const seen = await seenFor([...get('/slow', ['Host: demo.localhost', 'X-A: b'])], { gapMs: 1 });
    expect(seen.url).toBe('/slow');
  });

  it('take a head and body split anywhere', async () => {
    const bytes = 'POST /s HTTP/1.1\r\nHost: demo.localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n';
    for (let i = 1; i < bytes.length; i += 7) {
      expect((await seenFor([bytes.slice(0, i), bytes.slice(i)], { gapMs: 2 })).body).toBe('hello world');
    }
  });
});

describe('limits', () => {
  const host = 'Host: demo.localhost';
  const cases: [string, string, number][] = [
    ['a path of 8,000 bytes', get(`/${'a'.repeat(8_000)}`), 200],
    ['a path of 8,200 bytes', get(`/${'a'.repeat(8_200)}`), 414],
    ['a header line of 8,192 bytes', get('/', [host, `X: ${'a'.repeat(8_189)}`]), 200],
    ['a header line of 8,193 bytes', get('/', [host, `X: ${'a'.repeat(8_190)}`]), 400],
    ['a header name of 1,000 bytes', get('/', [host, `${'a'.repeat(1_000)}: 1`]), 200],
    ['a header name of 1,001 bytes', get('/', [host, `${'a'.repeat(1_001)}: 1`]), 400],
    ['a head beyond any measure', get('/', [host, ...Array.from({ length: 100 }, () => `X: ${'a'.repeat(8_000)}`)]), 431],
    ['1,001 headers', get('/', [host, ...Array.from({ length: 1_000 }, (_, i) => `X-${i}: 1`)]), 400],
    ['negative Content-Length', get('/', [host, 'Content-Length: -1']), 400],
    ['a header without a colon', get('/', [host, 'nonsense']), 400],
    ['a blank before the colon', get('/', [host, 'X : 1']), 400],
    ['a folded header', get('/', [host, 'X: 1\r\n 2']), 400],
    ['a NUL in a value', get('/', [host, 'X: a\0b']), 400],
    ['a control character in a value', get('/', [host, 'X: a\x7fb']), 400],
    ['a bare LF', `GET / HTTP/1.1\n${host}\n\n`, 400],
    ['a blank in the path', `GET /a b HTTP/1.1\r\n${host}\r\n\r\n`, 400],
    ['a byte beyond ASCII in the path', get('/\xe9'), 400],
  ];
  it.each(cases)('%s', async (_name, request, status) => {
    expect(statusOf(await raw(router.port, request))).toBe(status);
  });

  it('are told in the log as H26 where the app is known', async () => {
    expect(await lineAfter(() => raw(router.port, get('/x', [host, 'Expect: 200-maybe'])))).toMatch(
      /^at=error code=H26 desc="Request Error" cause="unsupported expect header value" method=GET path="\/x" host=demo\.localhost request_id=\S+ fwd="127\.0\.0\.1" dyno= connect= service= status=417 bytes= protocol=http$/,
    );
    expect(await lineAfter(() => raw(router.port, get('/x', [host, `${'a'.repeat(1_001)}: 1`])))).toMatch(
      /^at=error code=H26 desc="Request Error" cause="bad header" .* status=400 bytes= protocol=http$/,
    );
  });

  it('are told on the page with the id of the line', async () => {
    for (const request of [get('/x', [host, `${'a'.repeat(1_001)}: 1`]), get('/x', [host, 'X : 1'])]) {
      let answer = '';
      const line = await lineAfter(async () => void (answer = await raw(router.port, request)));
      expect(answer).toContain('<dd>H26 Request Error</dd>');
      expect(answer).toContain(`<dd>${/request_id=(\S+)/.exec(line)![1]}</dd>`);
    }
  });

  it('are told also where the parser refused', async () => {
    expect(await lineAfter(() => raw(router.port, get('/x?y', [host, 'X : 1'])))).toMatch(
      /^at=error code=H26 desc="Request Error" cause="bad header" method=GET path="\/x\?y" host=demo\.localhost request_id=\S+ fwd="127\.0\.0\.1" dyno= connect= service= status=400 bytes= protocol=http$/,
    );
  });

  it('a request cut off in its head is answered with nothing and said nowhere', async () => {
    const before = router.lines.length;
    const answer = await raw(router.port, 'GET / HTTP/1.1\r\nHost: demo.loc', { leaveMs: 100 });
    expect(answer).toBe('');
    expect(router.lines.length).toBe(before);
  });
});
