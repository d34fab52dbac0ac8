// What goes wrong with dynos beyond the one way that each code has in codes.test.ts: answers, lines, and what comes after.
import { describe, expect, it } from 'vitest';
import type { AppRoute } from '../../../src/store/app/routes.js';
import { quietPort } from '../../support/quiet-port.js';
import { behind, HOST, open, post, routerFor } from './behind.js';
import { lineOf, SENT, UNSENT } from './line-of.js';
import { aDyno, anApp, cannedDyno, get, httpDyno, raw, rawDyno, sleep, statusOf, type Upstream } from './support.js';

describe('without a dyno to send to', () => {
  const cases: [string, AppRoute, RegExp][] = [
    [
      'H14 without web',
      anApp({ hasWeb: false, dynos: [aDyno({ state: 'starting' })] }),
      lineOf('H14', 'at=error', 'No web processes running', UNSENT, 503),
    ],
    ['H20 asleep', anApp({ dynos: [aDyno({ state: 'idle' })] }), lineOf('H20', 'at=error', 'App boot timeout', UNSENT, 503)],
  ];
  it.each(cases)('%s', async (_code, app, line) => {
    const router = await routerFor([app], { holdMs: 100 });
    const answer = await raw(router.port, get());
    expect(statusOf(answer)).toBe(503);
    expect(answer).toMatch(/\r\nContent-Type: text\/html; charset=utf-8\r\n[^]*<title>[^<]+<\/title>/);
    const [said = ''] = await router.said();
    expect(said).toMatch(line);
    const [, code, desc, id] = /code=(\w+) desc="([^"]+)" .* request_id=(\S+)/.exec(said)!;
    expect(answer).toContain(`<dd>${code} ${desc}</dd>`);
    expect(answer).toContain(`<dd>${id}</dd>`);
  });

  it('pages tell the owner where to look, and later requests are served on the same connection', async () => {
    const router = await routerFor([anApp({ wanted: 0 })]);
    const answer = await raw(router.port, [get(), `HEAD / HTTP/1.1\r\n${HOST}\r\n\r\n`], { gapMs: 50, leaveMs: 1_500 });
    expect(answer).toMatch(/<title>Application error<\/title>[^]*paas logs --tail/);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(await router.said(2)).toHaveLength(2);
  });

  it('unknown hosts get a page and no line', async () => {
    const router = await routerFor([]);
    const answer = await raw(router.port, get());
    expect(statusOf(answer)).toBe(404);
    expect(answer).toContain('<title>No such app</title>');
    expect(answer).toContain('<dd>demo.localhost</dd>');
    expect(router.lines).toEqual([]);
  });

  it('an app that appears in the re-read is served', async () => {
    const dyno = await httpDyno((_req, res) => void res.end('new'));
    open.push(() => dyno.close());
    const router = await routerFor([]);
    router.onRefresh(() => [anApp({ dynos: [aDyno({ port: dyno.port })] })]);
    expect(await raw(router.port, get())).toMatch(/new$/);
  });

  it('a refused host says nothing in the log of an app that has all below a domain', async () => {
    const router = await routerFor([anApp({ hosts: ['demo.localhost', '*.example.com'], wanted: 0 })]);
    expect(statusOf(await raw(router.port, get('/', ['Host: a dyno=web.9 status=200 b.example.com'])))).toBe(400);
    await raw(router.port, get('/', ['Host: c.example.com']));
    expect(await router.said()).toEqual([expect.stringContaining('host=c.example.com ')]);
  });

  it('an upload to an app that appears in the re-read waits for it', async () => {
    const dyno = await httpDyno((req, res) => {
      let bytes = 0;
      req.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => res.end(`got ${bytes}`));
    });
    open.push(() => dyno.close());
    const router = await routerFor([], { firstByteMs: 10_000, idleMs: 10_000 });
    router.onRefresh(() => sleep(200).then(() => [anApp({ dynos: [aDyno({ port: dyno.port })] })]));
    expect(await raw(router.port, post('Content-Length: 1000000', 'a'.repeat(1_000_000)))).toMatch(/got 1000000$/);
  });
});

describe('holding', () => {
  it('serves once the dyno is up, body and all', async () => {
    const dyno = await httpDyno((req, res) => void req.pipe(res));
    open.push(() => dyno.close());
    const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })]);
    const answer = raw(router.port, post('Content-Length: 5\r\nConnection: close', 'hello'));
    await sleep(100);
    router.route(anApp({ dynos: [aDyno({ port: dyno.port })] }));
    expect(await answer).toMatch(/hello/);
    expect((await router.said())[0]).toMatch(/^at=info .* dyno=web\.1 /);
  });

  it('ends at once when the boot crashes, the app is scaled to none, loses its web, or is deleted', async () => {
    for (const [next, code] of [
      [[anApp({ dynos: [aDyno({ state: 'crashed' })] })], 'H10'],
      [[anApp({ wanted: 0 })], 'H14'],
      [[anApp({ hasWeb: false })], 'H14'],
      [[], 'H99'],
    ] as const) {
      const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })]);
      const answer = raw(router.port, get());
      await sleep(50);
      router.route(...next);
      expect(statusOf(await answer)).toBe(503);
      expect((await router.said())[0]).toContain(`code=${code} `);
    }
  });

  it('a client that leaves is H27, and takes no place at the dyno', async () => {
    const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })]);
    await raw(router.port, get(), { leaveMs: 80 });
    expect((await router.said())[0]).toMatch(lineOf('H27', 'sock=client at=warning', 'Client Request Interrupted', UNSENT, 499));
  });

  it('beyond 50 waiting per dyno is H11 at once', async () => {
    const router = await routerFor([anApp({ dynos: [aDyno({ state: 'starting' })] })], { backlogPerDyno: 3, holdMs: 2_000 });
    const held = Array.from({ length: 3 }, () => raw(router.port, get()));
    await sleep(300);
    const answer = await raw(router.port, get());
    expect(statusOf(answer)).toBe(503);
    expect(answer).toContain('\r\nRetry-After: 1\r\n');
    expect((await router.said())[0]).toMatch(lineOf('H11', 'at=error', 'Backlog too deep', UNSENT, 503));
    await Promise.all(held);
  });
});

describe('the backlog', () => {
  it('lets no more than so many requests work at a dyno; the others wait their turn', async () => {
    let working = 0;
    let most = 0;
    const dyno = await httpDyno(async (_req, res) => {
      working += 1;
      most = Math.max(most, working);
      await sleep(30);
      working -= 1;
      res.end('ok');
    });
    const router = await behind(dyno, { activePerDyno: 2, backlogPerDyno: 10, firstByteMs: 10_000 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => raw(router.port, get())));
    expect(answers.every((answer) => statusOf(answer) === 200)).toBe(true);
    expect(most).toBe(2);
  });

  it('places come back after failures too', async () => {
    const router = await behind(await rawDyno((socket) => void socket.on('data', () => socket.destroy())), {
      activePerDyno: 1,
      backlogPerDyno: 1,
    });
    for (let i = 0; i < 5; i += 1) expect(statusOf(await raw(router.port, post('Content-Length: 0')))).toBe(503);
    expect((await router.said(5)).every((line) => line.includes('code=H13'))).toBe(true);
  });
});

describe('connecting', () => {
  it('tries the other dynos, body untouched, and leaves the bad one alone for a while', async () => {
    const good = await httpDyno((req, res) => void req.pipe(res));
    open.push(() => good.close());
    const bad = await quietPort();
    const router = await routerFor([
      anApp({ wanted: 2, dynos: [aDyno({ id: 'bad', name: 'web.1', port: bad }), aDyno({ id: 'good', name: 'web.2', port: good.port })] }),
    ]);
    for (let i = 0; i < 12; i += 1) expect(await raw(router.port, post('Content-Length: 5', 'hello'))).toMatch(/hello/);
    expect((await router.said(12)).every((line) => line.includes('at=info') && line.includes('dyno=web.2'))).toBe(true);
  });

  it('a dyno that refuses while it is replaced costs nothing', async () => {
    const next = await httpDyno((_req, res) => void res.end('next'));
    open.push(() => next.close());
    const router = await routerFor([anApp({ dynos: [aDyno({ port: await quietPort() })] })]);
    router.onRefresh(() => [anApp({ dynos: [aDyno({ id: 'dyno-2', port: next.port })] })]);
    expect(await raw(router.port, get())).toMatch(/next$/);
  });

  it('a dyno in quarantine is waited for', async () => {
    const port = await quietPort();
    const router = await routerFor([anApp({ dynos: [aDyno({ port })] })], { quarantineMs: 150 });
    await raw(router.port, get());
    const start = Date.now();
    await raw(router.port, get());
    expect((await router.said(2))[1]).toContain('code=H21');
    expect(Date.now() - start).toBeGreaterThan(80);
  });
});

describe('the dyno fails', () => {
  const silentThen = (act: (socket: import('node:net').Socket) => void) => rawDyno((socket) => void socket.once('data', () => act(socket)));

  const broken: [string, string, Promise<Upstream> | (() => Promise<Upstream>), string, RegExp][] = [
    [
      'H13',
      'resets without a byte',
      () => silentThen((socket) => void socket.resetAndDestroy()),
      get(),
      lineOf('H13', 'at=error', 'Connection closed without response', SENT, 503),
    ],
    [
      'H13',
      'closes on accept',
      () => rawDyno((socket) => void socket.destroy()),
      get(),
      lineOf('H13', 'at=error', 'Connection closed without response', '.*', 503),
    ],
    [
      'H17',
      'a bad status line',
      () => cannedDyno('HTTP/1.1 abc OK\r\n\r\n'),
      get(),
      lineOf('H17', 'at=error', 'Poorly formatted HTTP response', SENT, 503),
    ],
    [
      'H17',
      'a bad header',
      () => cannedDyno('HTTP/1.1 200 OK\r\nA B: c\r\n\r\n'),
      get(),
      lineOf('H17', 'at=error', 'Poorly formatted HTTP response', SENT, 503),
    ],
    [
      'H17',
      'an upgrade nobody asked for',
      () => cannedDyno('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      get(),
      lineOf('H17', 'at=error', 'Poorly formatted HTTP response', SENT, 503),
    ],
    [
      'H18',
      'closes within the head',
      () => cannedDyno('HTTP/1.1 200 OK\r\nX: ', (socket) => void socket.end()),
      get(),
      lineOf('H18', 'sock=backend at=error', 'Server Request Interrupted', SENT, 503),
    ],
    [
      'H25',
      'a bad length',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'two lengths',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'one length twice',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'two lengths in one',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 3, 5\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'a length beside chunked',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'chunked beside a length',
      () => cannedDyno('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'a length below nothing',
      () => cannedDyno('HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc'),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: invalid content length', SENT, 502),
    ],
    [
      'H25',
      'a header too large',
      () => cannedDyno(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(600_000)}\r\n\r\n`),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: oversized header', SENT, 502),
    ],
    [
      'H25',
      'a head without end',
      () => cannedDyno(`HTTP/1.1 200 OK\r\n${`X: ${'a'.repeat(9_990)}\r\n`.repeat(200)}`),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: oversized header', SENT, 502),
    ],
    [
      'H25',
      'a status line too large',
      () => cannedDyno(`HTTP/1.1 200 ${'a'.repeat(9_000)}\r\n\r\n`),
      get(),
      lineOf('H25', 'at=error', 'HTTP restriction: oversized status line', SENT, 502),
    ],
  ];
  it.each(broken)('%s: %s', async (_code, _what, dyno, request, line) => {
    const router = await behind(await (typeof dyno === 'function' ? dyno() : dyno));
    const answer = await raw(router.port, request);
    expect(statusOf(answer)).toBe(/status=502/.test(line.source) ? 502 : 503);
    expect((await router.said())[0]).toMatch(line);
    expect(router.lines).toHaveLength(1);
  });

  const cut: [string, string][] = [
    ['short of its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['in mid-chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ];
  it.each(cut)('H18: closes %s; the client can tell', async (_what, answer) => {
    const router = await behind(await cannedDyno(answer, (socket) => void socket.end()));
    const got = await raw(router.port, get());
    expect(got).toContain('half');
    expect(got).not.toMatch(/0\r\n\r\n$/);
    expect((await router.said())[0]).toMatch(lineOf('H18', 'sock=backend at=error', 'Server Request Interrupted', SENT, 503));
  });

  it('H18: a bad chunk', async () => {
    const router = await behind(await cannedDyno('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'));
    await raw(router.port, get());
    expect((await router.said())[0]).toContain('code=H18');
  });

  it('H18: closes while the client uploads', async () => {
    const router = await behind(await rawDyno((socket) => void socket.once('data', () => socket.destroy())));
    const answer = await raw(router.port, [post('Content-Length: 1000', 'x'), 'y'], { gapMs: 50 });
    expect(statusOf(answer)).toBe(503);
    expect((await router.said())[0]).toContain('code=H18');
  });

  it('any byte keeps a response alive', async () => {
    const dyno = await httpDyno(async (_req, res) => {
      for (let i = 0; i < 12; i += 1) {
        res.write('.');
        await sleep(100);
      }
      res.end('!');
    });
    const router = await behind(dyno, { idleMs: 600, firstByteMs: 600 });
    expect(await raw(router.port, get())).toContain('!');
  });

  it('the 30 s begin when the whole request is sent', async () => {
    const router = await behind(await httpDyno((req, res) => void req.resume().on('end', () => res.end('done'))), {
      firstByteMs: 500,
      idleMs: 5_000,
    });
    const answer = await raw(router.port, [post('Content-Length: 5', 'h'), 'e', 'l', 'l', 'o'], { gapMs: 150 });
    expect(answer).toMatch(/done$/);
  });

  it('too many requests that time out free their places', async () => {
    const router = await behind(await silentThen(() => undefined), { firstByteMs: 100, activePerDyno: 1, backlogPerDyno: 5 });
    const answers = await Promise.all([1, 2, 3].map(() => raw(router.port, get())));
    expect(answers.map(statusOf)).toEqual([503, 503, 503]);
    expect((await router.said(3)).every((line) => line.includes('code=H12'))).toBe(true);
  });
});
