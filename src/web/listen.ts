// One port for HTTP and TLS: the first byte of a connection tells which (0x16 begins a TLS handshake).
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Certificate } from '../lib/certificate.js';
import { listenEarly, type EarlyDoor } from './early-door.js';

export interface Listening {
  port: number;
  /** Takes no more connections, lets requests under way end for a moment, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

/** What a client may cost before it is known who it is. */
export interface ListenLimits {
  /** For the first byte, a TLS handshake, and a request's head. */
  headMs: number;
  /** Without a byte in either direction: streams and pushes say something every few seconds. */
  idleMs: number;
  /** Connections at once from one address. */
  perAddress: number;
}

const TLS_HANDSHAKE = 0x16;
const MAX_HEADER_BYTES = 32 * 1024;
const LIMITS: ListenLimits = { headMs: 30_000, idleMs: 600_000, perAddress: 1_000 };

/** Listens for HTTP and TLS on one port; 0 picks a free one, an early door is taken. Rejects when the port can't be had. */
export async function listenOnPort(o: {
  port: number;
  host: string;
  answer: RequestListener;
  certificate: () => Certificate | null;
  limits?: ListenLimits;
  early?: EarlyDoor | undefined;
}): Promise<Listening> {
  const limits = o.limits ?? LIMITS;
  const plain = createHttpServer(serverOptions(limits), o.answer);
  const secure = createHttpsServer({ ...serverOptions(limits), handshakeTimeout: limits.headMs }, o.answer);
  for (const each of [plain, secure]) {
    each.timeout = limits.idleMs;
    // They listen nowhere themselves; it is then that node begins to look at the time that heads take.
    each.emit('listening');
  }
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  const sockets = new Set<Socket>();
  const isTooMany = countByAddress(limits.perAddress);
  let shown: Certificate | null = null;
  const withCertificate = () => {
    const certificate = o.certificate();
    if (certificate && certificate !== shown) secure.setSecureContext(certificate);
    shown = certificate;
    return certificate && secure;
  };
  const serve = (socket: Socket) => {
    if (isTooMany(socket)) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    peek(socket, limits.headMs, (byte) => {
      const chosen = byte === TLS_HANDSHAKE ? withCertificate() : plain;
      if (!chosen?.emit('connection', socket)) socket.destroy();
    });
  };
  const { server, open } = o.early ?? (await listenEarly(o));
  for (const each of [plain, secure]) server.once('close', () => each.close());
  open(serve);
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => closeAll(server, [plain, secure], sockets, graceMs) };
}

/** Streams and large pushes take as long as they take; only heads have a time limit. */
function serverOptions({ headMs }: ListenLimits): ServerOptions {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: 0,
    headersTimeout: headMs,
    connectionsCheckingInterval: Math.ceil(headMs / 6),
    keepAliveTimeout: 65_000,
    noDelay: true,
  };
}

/** Counts the connections of each address while they last; tells whether a new one is more than `most`. */
function countByAddress(most: number): (socket: Socket) => boolean {
  const counts = new Map<string, number>();
  return (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    return count > most;
  };
}

/** Looks at a connection's first byte and puts it back. */
function peek(socket: Socket, withinMs: number, tell: (byte: number) => void): void {
  const drop = () => socket.destroy();
  socket.on('error', drop);
  socket.setTimeout(withinMs, drop);
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    if (!first) return drop();
    socket.off('error', drop);
    socket.off('timeout', drop);
    socket.setTimeout(0);
    socket.unshift(first);
    tell(first[0]!);
    return undefined;
  });
}

/** Listens on a Unix socket that only this user may open. Rejects when another process answers there. */
export async function listenOnSocket(o: { path: string; answer: RequestListener }): Promise<Listening> {
  if (await isAnswered(o.path))
    throw new Error(`${o.path} is in use: another platform runs with this home. Stop it first, or set SLIPWAY_HOME to another directory.`);
  if (existsSync(o.path)) rmSync(o.path);
  const server = createHttpServer(serverOptions(LIMITS), o.answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await withMask(0o177, () => listening(server, { path: o.path }));
  chmodSync(o.path, 0o600);
  return { port: 0, close: (graceMs) => closeAll(server, [server], sockets, graceMs) };
}

function listening(server: ReturnType<typeof createServer>, where: { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}

async function withMask<T>(mask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(mask);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

async function closeAll(server: ReturnType<typeof createServer>, https: Server[], sockets: Set<Socket>, graceMs = 1_500): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const each of https) each.closeIdleConnections();
  const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
  await closed;
  clearTimeout(timer);
}
