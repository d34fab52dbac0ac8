// The router's sockets: plain and TLS servers with Heroku's limits.
import { createServer, Server as NetServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { ProxyParts } from '../parts.js';
import { proxy } from '../proxy.js';
import { Client } from './client.js';
import { startClocks } from './clocks.js';
import { Session } from '../h2/session.js';
import { countAddresses, isLoopback, UNCOUNTED } from '../peer/addresses.js';
import { hearProxy } from '../peer/hear-peer.js';
import type { Peer } from '../peer/peer.js';
import { plainIp } from './request-head.js';
import { startTls, type ContextFor } from '../tls/handshake.js';
import { fail } from './exchange.js';
import { countHeads } from './heads-in-flight.js';
import type { Port } from './port.js';

export interface RouterServer {
  server: Server;
  /** Stops accepting and waits for requests at work, at most `graceMs`; what is left then is cut (H24). */
  close(graceMs: number): Promise<void>;
  /** Stops accepting; each connection ends after its next answer, or when it has idled as long as any may, at most after `limitMs`. */
  retire(limitMs: number): Promise<void>;
}

/** How long a last answer may take to get out. */
const CUT_MS = 100;

/** Requests that have come whole are answered when their client ends its side. */
const OPTIONS = { allowHalfOpen: true, noDelay: true };

/** A server for plain HTTP, or for HTTPS where there are certificates. Not listening yet. */
export function routerServer(parts: ProxyParts, contextFor?: ContextFor): RouterServer {
  const port: Port = {
    parts,
    serve: (client, raw, refusal) => proxy(parts, client, raw, refusal),
    heads: countHeads(parts.limits.headBytes),
    clients: new Set(),
    sessions: new Set(),
    isClosing: false,
  };
  const server = createServer(OPTIONS);
  const addresses = countAddresses(parts.limits.connectionsPerAddress);
  /** All of them, and those that are no client yet: in a TLS handshake, say. */
  const sockets = new Set<Socket>();
  const early = new Set<Socket>();
  let closing: Promise<void> | undefined;
  server.on('error', (error: NodeJS.ErrnoException) => log('not-accepted', { error: error.message }));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    early.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      early.delete(socket);
    });
    const { proxies, limits } = parts;
    const peer = { ip: plainIp(socket.remoteAddress ?? ''), localPort: socket.localPort ?? 0 };
    if (!proxies.sayFirst || !proxies.isTrusted(peer.ip)) return begin(socket, peer);
    hearProxy(socket, limits.headersMs, (from) => begin(socket, from ?? peer));
  });

  function begin(socket: Socket, { ip, localPort }: Pick<Peer, 'ip' | 'localPort'>): void {
    const isTrusted = parts.proxies.isTrusted(ip);
    const places = isTrusted || isLoopback(ip) ? UNCOUNTED : { enter: () => addresses.enter(ip), leave: () => addresses.leave(ip) };
    const entry = places.enter();
    socket.once('close', places.leave);
    if (entry === 'out') return void socket.destroy();
    const peer = { ip, localPort, isTrusted, isOneTooMany: entry === 'one too many', places };
    if (contextFor) return startTls(socket, contextFor, (secure) => welcome(socket, secure, peer));
    welcome(socket, socket, peer);
  }

  function welcome(socket: Socket, client: Socket | TLSSocket, peer: Peer): void {
    early.delete(socket);
    if (client instanceof TLSSocket && client.alpnProtocol === 'h2') new Session(client, port, peer);
    else new Client(client, port, peer);
  }

  const stopClocks = startClocks(port, parts.limits);

  return {
    server,
    close(graceMs) {
      const closed = stopAccepting();
      for (const socket of early) socket.destroy();
      for (const client of port.clients) if (!client.exchange && client.phase !== 'leaving') client.destroy();
      return finish(closed, graceMs);
    },
    retire: (limitMs) => finish(stopAccepting(), limitMs),
  };

  function stopAccepting(): Promise<void> {
    port.isClosing = true;
    for (const session of port.sessions) session.leave();
    closing ??= new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    return closing;
  }

  async function finish(closed: Promise<void>, graceMs: number): Promise<void> {
    if (!(await isDoneWithin(graceMs, closed))) {
      const atWork = [...port.clients].flatMap(({ exchange }) => exchange ?? []);
      for (const exchange of [...atWork, ...[...port.sessions].flatMap(({ exchanges }) => exchanges)]) fail(exchange, { code: 'H24' });
      await isDoneWithin(CUT_MS, closed);
      for (const socket of sockets) socket.destroy();
      await isDoneWithin(CUT_MS, closed);
    }
    stopClocks();
  }
}

function isDoneWithin(ms: number, work: Promise<void>): Promise<boolean> {
  const done = work.then(() => true);
  return within(ms, done, () => false);
}
