// The router's sockets: plain and TLS servers with Heroku's limits, and what happens to bytes that aren't a request.
import { createServer, ServerResponse, STATUS_CODES, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { Duplex } from 'node:stream';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import { hRow } from '../../model/error-codes.js';
import { badHead, type BadHead } from './bad-head.js';
import { refusalPage, renderPage } from './error-page.js';
import { fail, type Exchange } from './exchange.js';
import { findOutWhetherGone } from './half-close.js';
import { countHeads } from './heads-in-flight.js';
import { MAX_REQUEST_HEAD, type Limits } from '../limits.js';
import type { Asked, ProxyParts } from '../parts.js';
import { proxy } from '../proxy.js';
import { readRefusal, type ParserError } from './refused-bytes.js';
import { tellRefusal } from './tell-refusal.js';
import { openTurns } from './turns.js';

export interface RouterServer {
  server: Server;
  /** Stops accepting and waits for requests at work, at most `graceMs`; what is left then is cut (H24). */
  close(graceMs: number): Promise<void>;
  /** Stops accepting; each connection ends after its next answer, or when it has idled as long as any may, at most after `limitMs`. */
  retire(limitMs: number): Promise<void>;
}

/** What the parser says when the client is simply gone. */
const HAS_LEFT = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

const TOO_MANY_HEADS = badHead(431, 'Too many large requests are coming in. Try again, with smaller headers.', 'too many large heads');

/** How long a last answer may take to get out. */
const CUT_MS = 100;

/** node's own switch, in no list of its options: requests that have come whole are answered when their client ends its side. */
const ANSWER_HALF_CLOSED = { httpAllowHalfOpen: true };

/** A server for plain HTTP, or for HTTPS where a certificate is given. Not listening yet. */
export function routerServer(parts: ProxyParts, tls?: TlsOptions): RouterServer {
  const exchanges = new Map<Duplex, Exchange>();
  const sockets = new Set<Duplex>();
  /** The last request whose head has come. */
  const latest = new Map<Duplex, Asked>();
  /** Connections that end when the requests before what was refused are answered. */
  const refused = new WeakSet<Duplex>();
  let isClosing = false;
  let closing: Promise<void> | undefined;
  const heads = countHeads(parts.limits.headBytes, cutOff);
  const turns = openTurns(heads);
  const server = tls ? createTlsServer({ ...options(parts.limits), ...tls, allowHalfOpen: true }) : createServer(options(parts.limits));
  // Requests with a body that also offer an upgrade: the offer is passed over, as a server may.
  const withoutUpgrades = createServer(options(parts.limits));

  for (const each of [server, withoutUpgrades]) {
    each.maxHeadersCount = 0;
    Object.assign(each, ANSWER_HALF_CLOSED);
    each.on('request', (req, res) => receive({ req, res }));
    each.on('checkContinue', (req, res) => receive({ req, res, expectsContinue: true }));
    each.on('checkExpectation', (req, res) => {
      receive({
        req,
        res,
        refusal: { status: 417, cause: 'unsupported expect header value', message: 'Only "Expect: 100-continue" is supported.' },
      });
    });
    each.on('connect', (_req, socket) => refuseBytes(socket as Socket, badHead(405, 'CONNECT is not supported.')));
    each.on('clientError', onClientError);
  }
  server.on('upgrade', onUpgrade);
  server.on('error', (error: NodeJS.ErrnoException) => log('not-accepted', { error: error.message }));
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket);
    heads.follow(socket);
    socket.once('end', () => onEnd(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      latest.delete(socket);
      turns.end(socket);
    });
  });

  function receive(asked: Asked): void {
    latest.set(asked.req.socket, asked);
    asked.largeHead = heads.receive(asked.req);
    serve(asked);
  }

  function serve(asked: Asked): void {
    const { req, res, largeHead = 0 } = asked;
    if (!res.socket) return turns.wait(asked, serve);
    if (isClosing) res.shouldKeepAlive = false;
    if (largeHead > 0) holdWhileAtWork(asked, largeHead);
    void proxy(parts, asked, (x) => {
      exchanges.set(req.socket, x);
      x.onEnd.push(() => exchanges.delete(req.socket));
      if (x.head.hasBody) req.once('end', () => heads.settle(req.socket));
    });
  }

  function holdWhileAtWork(asked: Asked, bytes: number): void {
    const isHeld = heads.hold(bytes);
    if (!isHeld) asked.refusal ??= TOO_MANY_HEADS;
    asked.res.once('close', () => {
      if (isHeld) heads.letGo(bytes);
      // Nor is it kept by a connection that idles afterwards.
      if (latest.get(asked.req.socket) === asked) latest.delete(asked.req.socket);
    });
  }

  function onUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (head.length > 0) socket.unshift(head);
    if (req.headers['transfer-encoding'] || Number(req.headers['content-length'] ?? 0) > 0) {
      socket.unshift(headWithoutUpgrade(req));
      return void withoutUpgrades.emit('connection', socket);
    }
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket as Socket);
    noticeEnd(socket);
    res.once('finish', () => (socket as Socket).destroySoon());
    receive({ req, res, upgrade: req.headers.upgrade });
    heads.forget(socket as Socket);
  }

  function cutOff(socket: Socket): void {
    if (exchanges.has(socket) || !socket.writable) socket.destroy();
    else refuseBytes(socket, TOO_MANY_HEADS);
  }

  function onEnd(socket: Socket): void {
    const last = latest.get(socket);
    if (!socket.writable || !last || last.upgrade) return;
    last.res.shouldKeepAlive = false;
    findOutWhetherGone(socket, () => exchanges.get(socket), parts.limits.probeMs);
  }

  function onClientError(error: ParserError, socket: Duplex): void {
    const asked = latest.get(socket);
    if (!socket.writable || HAS_LEFT.has(error.code ?? '')) return void socket.destroy();
    if (asked && !asked.req.complete) return refuseBody(asked);
    const bad = readRefusal(error);
    if (asked && !asked.res.writableFinished) return refuseNext(asked, bad);
    const requestId = tellRefusal(parts, socket as Socket, error.rawPacket, bad);
    refuseBytes(socket as Socket, bad, requestId);
  }

  // The head may have come in the same packet: then the exchange hasn't begun.
  function refuseBody(asked: Asked): void {
    const { req, res } = asked;
    if (res.writableFinished) return void req.socket.destroy();
    const x = exchanges.get(req.socket);
    asked.refusal ??= { status: 400, cause: 'bad chunk', message: 'The body of the request is malformed.' };
    if (x?.req === req) fail(x, { code: 'H26', ...asked.refusal });
  }

  // What comes behind a whole request doesn't spoil its answer.
  function refuseNext({ req, res }: Asked, bad: BadHead): void {
    if (refused.has(req.socket)) return;
    refused.add(req.socket);
    res.once('finish', () => req.socket.writable && refuseBytes(req.socket, bad));
  }

  return {
    server,
    close(graceMs) {
      const closed = stopAccepting();
      // node knows as idle only those that have had a request.
      for (const socket of sockets) if (!exchanges.has(socket)) socket.destroy();
      return finish(closed, graceMs);
    },
    retire: (limitMs) => finish(stopAccepting(), limitMs),
  };

  // Not by node's http: that would end connections on which the next request may be under way.
  function stopAccepting(): Promise<void> {
    isClosing = true;
    closing ??= new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    return closing;
  }

  async function finish(closed: Promise<void>, graceMs: number): Promise<void> {
    if (await isDoneWithin(graceMs, closed)) return;
    for (const x of exchanges.values()) fail(x, { code: 'H24' });
    await isDoneWithin(CUT_MS, closed);
    for (const socket of sockets) socket.destroy();
    await isDoneWithin(CUT_MS, closed);
  }
}

function isDoneWithin(ms: number, work: Promise<void>): Promise<boolean> {
  const done = work.then(() => true);
  return within(ms, done, () => false);
}

function options(limits: Limits): ServerOptions {
  return {
    requireHostHeader: false,
    maxHeaderSize: MAX_REQUEST_HEAD,
    keepAliveTimeout: limits.keepAliveMs,
    headersTimeout: limits.headersMs,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.ceil(limits.headersMs / 6),
    noDelay: true,
  };
}

function refuseBytes(socket: Socket, { status, message }: BadHead, requestId: string | null = null): void {
  const { headers, body } = renderPage(refusalPage(status, message, requestId ? [`H26 ${hRow('H26').desc}`, requestId] : undefined));
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${text}\r\n${body}`, () => socket.destroySoon());
}

// A socket nobody reads does not tell that its client has left. Bytes that come early stay for the tunnel.
function noticeEnd(socket: Duplex): void {
  socket.on('readable', () => {
    if (socket.readableLength === 0) socket.read();
  });
  socket.once('end', () => socket.destroy());
}

function headWithoutUpgrade(req: IncomingMessage): Buffer {
  let text = `${req.method} ${req.url} HTTP/${req.httpVersion}\r\n`;
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    if (req.rawHeaders[i]!.toLowerCase() !== 'upgrade') text += `${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}
