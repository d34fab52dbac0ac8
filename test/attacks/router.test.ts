// What an attacker tries on the router's port, step by step, and what it gets.
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HEROKU_LIMITS } from '../../src/router/limits.js';
import { aDyno, anApp, get, httpDyno, raw, startTestRouter, statusOf, until, type TestRouter } from '../integration/router/support.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A router before a dyno that answers with what it was asked, after `ms` where the path says so. */
async function target(): Promise<{ router: TestRouter; seen: string[] }> {
  const seen: string[] = [];
  const dyno = await httpDyno((req, res) => {
    seen.push(`${req.method} ${req.url}`);
    const answer = () => res.end(JSON.stringify({ version: req.httpVersion, headers: req.rawHeaders }));
    if (req.url === '/slow') setTimeout(answer, 3_000);
    else req.resume().on('end', answer);
  });
  const router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })], { ...HEROKU_LIMITS });
  open.push(
    () => dyno.close(),
    () => router.close(),
  );
  return { router, seen };
}

interface Attacker {
  socket: Socket;
  got: () => string;
  isOpen: () => boolean;
}

/** Many connections that each send these bytes and then nothing. */
function crowd(port: number, count: number, bytes: string): Attacker[] {
  return Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    let text = '';
    let isOpen = true;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('close', () => (isOpen = false));
    socket.write(bytes);
    return { socket, got: () => text, isOpen: () => isOpen };
  });
}

const PAD = 245_000;
const MOST_OPEN = Math.ceil(HEROKU_LIMITS.headBytes / PAD);

describe('fill the router with heads that never end', () => {
  const heads: [string, string][] = [
    ['one endless header', `GET / HTTP/1.1\r\nHost: demo.localhost\r\nX: ${'a'.repeat(PAD)}`],
    ['an endless list of headers', `GET / HTTP/1.1\r\nHost: demo.localhost\r\n${`X-Pad: ${'a'.repeat(990)}\r\n`.repeat(PAD / 1_000)}`],
    ['an endless path', `GET /${'a'.repeat(PAD)}`],
    ['the same behind a whole request', `${get()}GET / HTTP/1.1\r\nHost: demo.localhost\r\nX: ${'a'.repeat(PAD)}`],
    ['the same behind a request that takes its time', `${get('/slow')}GET / HTTP/1.1\r\nHost: demo.localhost\r\nX: ${'a'.repeat(PAD)}`],
  ];
  it.each(heads)('%s, 200 times: what is beyond the bound is cut off, others are served meanwhile', async (_what, bytes) => {
    const { router } = await target();
    const attackers = crowd(router.port, 200, bytes);
    const answers: number[] = [];
    while (attackers.filter(({ isOpen }) => isOpen()).length > MOST_OPEN && answers.length < 500) {
      answers.push(statusOf(await raw(router.port, get())));
    }
    expect(attackers.filter(({ isOpen }) => isOpen()).length).toBeLessThanOrEqual(MOST_OPEN);
    answers.push(statusOf(await raw(router.port, get())));
    expect(answers.every((status) => status === 200)).toBe(true);
    for (const { socket } of attackers) socket.destroy();
  });

  it('those cut off are told 431 where they are still listening', async () => {
    const { router } = await target();
    const attackers = crowd(router.port, 100, heads[0]![1]);
    await until(() => attackers.filter(({ isOpen }) => isOpen()).length <= MOST_OPEN, 20_000);
    expect(attackers.some(({ got }) => statusOf(got()) === 431)).toBe(true);
    for (const { socket } of attackers) socket.destroy();
  });

  it('whole heads, sent ahead of a request that takes its time: the connection ends', async () => {
    const { router, seen } = await target();
    const head = get('/', ['Host: demo.localhost', ...Array.from({ length: 20 }, () => `X-Pad: ${'a'.repeat(8_000)}`)]);
    const attackers = crowd(router.port, 2, `${get('/slow')}${head.repeat(60)}`);
    await until(() => attackers.some(({ isOpen }) => !isOpen()), 20_000);
    expect(seen.filter((request) => request === 'GET /').length).toBe(0);
    for (const { socket } of attackers) socket.destroy();
  });

  it('whole heads of requests that take their time: large ones are refused beyond the bound, small ones are not', async () => {
    const { router } = await target();
    const large = get('/slow', [
      'Host: demo.localhost',
      'Connection: close',
      ...Array.from({ length: 30 }, () => `X-Pad: ${'a'.repeat(8_000)}`),
    ]);
    const attackers = crowd(router.port, 48, large);
    await until(() => attackers.filter(({ got }) => statusOf(got()) === 431).length >= 48 - MOST_OPEN - 1, 20_000);
    expect(statusOf(await raw(router.port, get()))).toBe(200);
    for (const { socket } of attackers) socket.destroy();
  });

  it('an honest client on the same router: a large upload and a large cookie pass', async () => {
    const { router } = await target();
    const cookie = await raw(
      router.port,
      get('/', ['Host: demo.localhost', ...Array.from({ length: 20 }, () => `Cookie: ${'a'.repeat(8_000)}`)]),
    );
    expect(statusOf(cookie)).toBe(200);
    const size = 30_000_000;
    const upload = `POST / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: ${size}\r\n\r\n${'a'.repeat(size)}`;
    expect(statusOf(await raw(router.port, upload))).toBe(200);
    expect(statusOf(await raw(router.port, upload.replace('POST /', 'POST /slow')))).toBe(200);
  });
});

describe('pass for the router before an app', () => {
  const forged: [string, string][] = [
    ['X_Forwarded_Proto', 'https'],
    ['x-forwarded_proto', 'https'],
    ['X.Forwarded.Proto', 'https'],
    ['X_FORWARDED_FOR', '10.0.0.1'],
    ['X_Request_Id', 'mine'],
    ['X_Request_Start', '1'],
    ['Total_Route_Time', '1'],
  ];
  it.each(forged)('%s: %s does not reach it', async (name, value) => {
    const { router } = await target();
    const answer = await raw(router.port, get('/', ['Host: demo.localhost', `${name}: ${value}`]));
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain(`"${name}"`);
  });
});

describe('speak what the router does not', () => {
  it('GET / HTTP/2.0 is refused', async () => {
    const { router, seen } = await target();
    expect(statusOf(await raw(router.port, 'GET / HTTP/2.0\r\nHost: demo.localhost\r\n\r\n', { until: /\r\n\r\n/ }))).toBe(505);
    expect(seen).toEqual([]);
  });

  it('a request hidden in the body of another is not served', async () => {
    const { router, seen } = await target();
    const hidden = get('/hidden');
    const tries = [
      `POST / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: ${hidden.length + 5}\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `POST / HTTP/1.1\r\nHost: demo.localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `POST / HTTP/1.1\r\nHost: demo.localhost\r\nTransfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `POST / HTTP/1.1\r\nHost: demo.localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n${hidden}`,
      `POST / HTTP/1.0\r\nHost: demo.localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ];
    for (const bytes of tries) expect([400, 501]).toContain(statusOf(await raw(router.port, bytes, { until: /never/ })));
    expect(seen).toEqual([]);
  });
});
