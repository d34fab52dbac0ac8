// One port for HTTP and TLS: the first byte of a connection tells which (0x16 begins a TLS handshake).
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Certificate } from './certificate.js';

export interface Listening {
  port: number;
  /** Takes no more connections, lets requests under way end for a moment, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

const TLS_HANDSHAKE = 0x16;
const FIRST_BYTE_MS = 30_000;
const MAX_HEADER_BYTES = 32 * 1024;

/** Streams and large pushes take as long as they take; only headers have a time limit. */
const LIMITS: ServerOptions = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000, noDelay: true };

/** Listens for HTTP and TLS on one port; 0 picks a free one. Rejects when the port can't be had. */
export async function listenOnPort(o: { port: number; host: string; answer: RequestListener; certificate: () => Certificate | null }): Promise<Listening> {
  const plain = createHttpServer(LIMITS, o.answer);
  const secure = createHttpsServer(LIMITS, o.answer);
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  const sockets = new Set<Socket>();
  let shown: Certificate | null = null;
  const withCertificate = () => {
    const certificate = o.certificate();
    if (certificate && certificate !== shown) secure.setSecureContext(certificate);
    shown = certificate;
    return certificate && secure;
  };
  const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    peek(socket, (byte) => {
      const chosen = byte === TLS_HANDSHAKE ? withCertificate() : plain;
      if (!chosen?.emit('connection', socket)) socket.destroy();
    });
  });
  await listening(server, { port: o.port, host: o.host });
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => closeAll(server, [plain, secure], sockets, graceMs) };
}

/** Looks at a connection's first byte and puts it back. */
function peek(socket: Socket, tell: (byte: number) => void): void {
  const drop = () => socket.destroy();
  socket.on('error', drop);
  socket.setTimeout(FIRST_BYTE_MS, drop);
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
  if (await isAnswered(o.path)) throw new Error(`${o.path} is in use: another platform runs with this home. Stop it first, or set SLIPWAY_HOME to another directory.`);
  if (existsSync(o.path)) rmSync(o.path);
  const server = createHttpServer(LIMITS, o.answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await withMask(0o177, () => listening(server, { path: o.path }));
  chmodSync(o.path, 0o600);
  return { port: 0, close: (graceMs) => closeAll(server, [server], sockets, graceMs) };
}

function listening(server: ReturnType<typeof createServer>, where: { port: number; host: string } | { path: string }): Promise<void> {
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
