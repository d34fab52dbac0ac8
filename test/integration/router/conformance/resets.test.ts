// A connection that is reset after each byte of an exchange, at either end: a line where there is a request to tell of, an answer where
// none has begun, and nothing is left open.
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { untilSo } from '../../../support/until.js';
import { open, routerFor } from '../behind.js';
import { aDyno, anApp, rawDyno, type TestRouter } from '../support.js';

/** Nothing here ends because of a clock. */
const PATIENT = { firstByteMs: 120_000, idleMs: 120_000, connectMs: 120_000, holdMs: 120_000, headersMs: 120_000 };
const AT_ONCE = 20;

const request = (at: number, headers: string, body = '') =>
  `${body ? 'POST' : 'GET'} /${String(at).padStart(3, '0')} HTTP/1.1\r\nHost: demo.localhost\r\n${headers}\r\n${body}`;

interface Behind {
  router: TestRouter;
  /** Connections to the dyno. */
  sockets: Set<Socket>;
}

/** A router before a dyno that does `serve` with what it has been sent of a request. */
async function before(serve: (socket: Socket, text: string) => void): Promise<Behind> {
  const sockets = new Set<Socket>();
  const dyno = await rawDyno((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk) => serve(socket, (text += chunk.toString('latin1'))));
  });
  open.push(() => dyno.close());
  return { router: await routerFor([anApp({ dynos: [aDyno({ port: dyno.port })] })], PATIENT), sockets };
}

/** A connection, and what has come by it. */
function reach({ router }: Behind): { socket: Socket; text(): string; isClosed(): boolean } {
  const socket = connect({ port: router.port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let isClosed = false;
  socket.on('error', () => undefined).on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.once('close', () => (isClosed = true));
  return { socket, text: () => text, isClosed: () => isClosed };
}

/** Does `work` for each number below `end`, some at once. */
async function each(end: number, work: (at: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < end; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, end - from) }, (_none, index) => work(from + index)));
}

const lineOf = ({ router }: Behind, at: number) =>
  router.lines.map(({ text }) => text).filter((text) => text.includes(` path="/${String(at).padStart(3, '0')}" `));

async function nothingIsLeft({ router, sockets }: Behind): Promise<void> {
  await untilSo('the router has let go of all clients', async () => (await router.clients()) === 0);
  router.connections.close();
  await untilSo('the router has let go of the dyno', () => sockets.size === 0);
}

describe('a client that resets its connection', () => {
  it.each([
    ['without a body', request(0, '')],
    ['with its length', request(0, 'Content-Length: 5\r\n', 'hello')],
    ['in chunks', request(0, 'Transfer-Encoding: chunked\r\n', '3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n')],
  ])('after each byte of a request %s', async (_what, whole) => {
    const behind = await before(() => undefined);
    const headEnd = whole.indexOf('\r\n\r\n') + 4;
    await each(whole.length + 1, async (at) => {
      const { socket } = reach(behind);
      socket.write(whole.replace('/000', `/${String(at).padStart(3, '0')}`).slice(0, at), () => socket.resetAndDestroy());
      if (at >= headEnd) await untilSo(`the line after ${at} bytes`, () => lineOf(behind, at).length > 0);
    });
    await nothingIsLeft(behind);
    for (let at = 0; at <= whole.length; at += 1) {
      const told = at < headEnd ? [] : [expect.stringMatching(/^sock=client at=warning code=H27 .* status=499 /)];
      expect(lineOf(behind, at), `after ${at} bytes`).toEqual(told);
    }
    expect(behind.router.lines).toHaveLength(whole.length + 1 - headEnd);
  });

  it('after each byte of an answer', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
    const written = new Set<number>();
    const behind = await before((socket, text) => {
      const at = Number(/^GET \/(\d+)/.exec(text)?.[1]);
      socket.write(answer.slice(0, at), () => written.add(at));
    });
    const headEnd = answer.indexOf('\r\n\r\n') + 4;
    await each(answer.length, async (at) => {
      const { socket, text } = reach(behind);
      socket.write(request(at, ''));
      await untilSo(`${at} bytes are written`, () => written.has(at));
      if (at >= headEnd) await untilSo('the head has come', () => text().startsWith('HTTP/1.1 200 '));
      socket.resetAndDestroy();
      await untilSo(`the line after ${at} bytes`, () => lineOf(behind, at).length > 0);
      expect(lineOf(behind, at), `after ${at} bytes`).toEqual([expect.stringMatching(/^sock=client at=warning code=H27 .* status=499 /)]);
    });
    await nothingIsLeft(behind);
  });
});

describe('a dyno that resets its connection', () => {
  it.each([
    ['with its length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', true],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n', true],
    ['that would end with it', 'HTTP/1.1 200 OK\r\n\r\nhello', false],
    ['behind another that announces it', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', true],
  ])('after each byte of an answer %s', async (_what, answer, isWhole) => {
    const behind = await before((socket, text) => {
      const at = Number(/^GET \/(\d+)/.exec(text)?.[1]);
      if (at === 0) socket.resetAndDestroy();
      else socket.write(answer.slice(0, at), () => socket.resetAndDestroy());
    });
    const headEnd = answer.lastIndexOf('HTTP/1.1') + answer.slice(answer.lastIndexOf('HTTP/1.1')).indexOf('\r\n\r\n') + 4;
    const toldAt = (at: number): RegExp => {
      if (at === 0) return /^at=error code=H13 .* status=503 /;
      if (isWhole && at === answer.length) return /^at=info .* status=20[04] /;
      // Where a reset comes with the last bytes, Node tells of an end only (libuv, uv__stream_io).
      if (!isWhole && at >= headEnd) return /^(sock=backend at=error code=H18 .* status=503|at=info .* status=200) /;
      return /^sock=backend at=error code=H18 .* status=503 /;
    };
    await each(answer.length + 1, async (at) => {
      const { socket, text, isClosed } = reach(behind);
      socket.write(request(at, 'Connection: close\r\n'));
      await untilSo(`the answer to ${at} bytes ends`, isClosed);
      expect(lineOf(behind, at), `after ${at} bytes`).toEqual([expect.stringMatching(toldAt(at))]);
      const seen = text().replace(/^HTTP\/1\.1 103 [^]*?\r\n\r\n/, '');
      expect(seen, `after ${at} bytes`).toMatch(at < headEnd ? /^HTTP\/1\.1 503 [^]*<\/html>\n$/ : /^HTTP\/1\.1 20[04] /);
    });
    await nothingIsLeft(behind);
  });
});
