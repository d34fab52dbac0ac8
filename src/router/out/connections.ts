// Connections to dynos, so that connect errors, times and reuse are known exactly. One that has been given back may be taken
// again until it is 4 s old in idleness.
import { connect as connectTcp, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { WebDyno } from '../table/route-table.js';

/** Who is told what comes on a connection. */
export interface ConnectionUser {
  receive(chunk: Buffer): void;
  /** What was written has gone out. */
  drained(): void;
  /** The dyno has ended its side, or the connection is gone. */
  ended(hadError: boolean): void;
}

export interface Connection {
  socket: Socket;
  /** Milliseconds the TCP connect took; 0 once it is used again. */
  connectMs: number;
  /** Whether a request has been sent on it before. */
  isReused: boolean;
  /** Null while it idles. */
  user: ConnectionUser | null;
  /** Until when it may idle (monotonic). */
  idleUntil: number;
}

export interface Connections {
  /** An idle connection, if there is one. */
  takeIdle(dyno: WebDyno): Connection | undefined;
  /** A new connection. Rejects with ConnectError. */
  open(dyno: WebDyno): Promise<Connection>;
  /** Gives a connection back after a complete response; `keepsForMs` is how long the dyno says it keeps it. */
  giveBack(dyno: WebDyno, connection: Connection, keepsForMs?: number): void;
  /** Closes what is idle to dynos that are not among these; connections in use close when they are given back. */
  keepOnly(dynos: WebDyno[]): void;
  /** The same for a part of them: some were known, others are now. */
  replace(before: readonly WebDyno[], now: readonly WebDyno[]): void;
  close(): void;
}

/** A dyno that could not be connected to, and how. */
export class ConnectError extends Error {
  readonly reason: 'refused' | 'timeout' | 'local';
  readonly ms: number;

  constructor(reason: ConnectError['reason'], ms: number, cause: unknown) {
    super(`connect ${reason}`, { cause });
    this.reason = reason;
    this.ms = ms;
  }
}

const MAX_IDLE = 50;
const IDLE_MS = 4_000;
/** A dyno's clock may be ahead of ours. */
const MARGIN_MS = 1_000;

export function openConnections({ connectMs }: { connectMs: number }): Connections {
  const idle = new Map<string, Connection[]>();
  let known = new Set<string>();
  const timer = setInterval(closeOld, MARGIN_MS).unref();

  function closeOld(): void {
    const now = performance.now();
    for (const [address, connections] of idle) {
      const kept = connections.filter((connection) => {
        if (connection.idleUntil < now) connection.socket.destroy();
        return !connection.socket.destroyed;
      });
      if (kept.length > 0) idle.set(address, kept);
      else idle.delete(address);
    }
  }

  function closeIdle(address: string): void {
    for (const { socket } of idle.get(address) ?? []) socket.destroy();
    idle.delete(address);
  }

  return {
    takeIdle(dyno) {
      const waiting = idle.get(dyno.address);
      for (let connection = waiting?.pop(); connection; connection = waiting?.pop()) {
        const { socket, idleUntil } = connection;
        if (!socket.destroyed && socket.readable && idleUntil > performance.now()) return connection;
        socket.destroy();
      }
      return undefined;
    },
    async open(dyno) {
      const startedAt = performance.now();
      const socket = await connectSocket(dyno, connectMs, startedAt);
      return connectionOf(socket, performance.now() - startedAt);
    },
    giveBack(dyno, connection, keepsForMs = Infinity) {
      const { address } = dyno;
      const waiting = idle.get(address) ?? [];
      const idleMs = Math.min(IDLE_MS, keepsForMs - MARGIN_MS);
      connection.user = null;
      if (connection.socket.destroyed) return;
      if (!known.has(address) || waiting.length >= MAX_IDLE || idleMs <= 0) return void connection.socket.destroy();
      if (waiting.length === 0) idle.set(address, waiting);
      connection.isReused = true;
      connection.connectMs = 0;
      connection.idleUntil = performance.now() + idleMs;
      waiting.push(connection);
    },
    keepOnly(dynos) {
      known = new Set(dynos.map(({ address }) => address));
      for (const address of idle.keys()) if (!known.has(address)) closeIdle(address);
    },
    replace(before, now) {
      for (const { address } of before) known.delete(address);
      for (const { address } of now) known.add(address);
      for (const { address } of before) if (!known.has(address)) closeIdle(address);
    },
    close() {
      clearInterval(timer);
      known = new Set();
      for (const { socket } of [...idle.values()].flat()) socket.destroy();
      idle.clear();
    },
  };
}

// What a dyno says when it wasn't asked would be taken for the next answer: such a connection ends.
function connectionOf(socket: Socket, connectMs: number): Connection {
  const connection: Connection = { socket, connectMs, isReused: false, user: null, idleUntil: 0 };
  socket.on('data', (chunk: Buffer) => (connection.user ? connection.user.receive(chunk) : socket.destroy()));
  socket.on('drain', () => connection.user?.drained());
  socket.on('end', () => {
    connection.user?.ended(false);
    socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.on('close', (hadError) => connection.user?.ended(hadError));
  return connection;
}

function connectSocket({ host, port }: WebDyno, limitMs: number, startedAt: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, allowHalfOpen: true });
    const timer = setTimeout(() => end(new Error('no answer')), limitMs);
    const fail = (error: Error) => end(error);
    readOnAfterWriteErrors(socket);
    socket.once('connect', () => end());
    socket.once('error', fail);

    function end(error?: Error & { code?: string }): void {
      clearTimeout(timer);
      socket.off('error', fail);
      if (!error) return resolve(socket);
      socket.on('error', () => undefined).destroy();
      reject(new ConnectError(reasonOf(error), performance.now() - startedAt, error));
    }
  });
}

// A dyno may answer before it has read everything, and close. A write that finds it closed must not end the socket:
// the answer may lie there unread. That it closed is told by the reading side soon enough.
function readOnAfterWriteErrors(socket: Socket): void {
  const { _write, _writev } = socket;
  socket._write = (chunk, encoding, callback) => _write.call(socket, chunk, encoding, (error) => callback(isClosing(error) ? null : error));
  socket._writev = (chunks, callback) => _writev!.call(socket, chunks, (error) => callback(isClosing(error) ? null : error));
}

function isClosing(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.code === 'EPIPE' || error?.code === 'ECONNRESET';
}

function reasonOf(error: Error & { code?: string }): ConnectError['reason'] {
  if (!error.code || error.code === 'ETIMEDOUT') return 'timeout';
  return ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'].includes(error.code) ? 'refused' : 'local';
}
