// Connections to dynos: one undici Client per TCP connection, made here, so that connect errors, times and
// reuse are known exactly. A connection that has been given back may be taken again until it is 4 s old in idleness.
import { connect as connectTcp, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Client } from 'undici';
import { MAX_RESPONSE_HEAD } from '../limits.js';
import type { WebDyno } from '../table/route-table.js';

export interface Connection {
  client: Client;
  socket: Socket;
  /** Milliseconds the TCP connect took; 0 once it is used again. */
  connectMs: number;
  /** Whether a request has been sent on it before. */
  isReused: boolean;
}

export interface Connections {
  /** An idle connection, if there is one. */
  takeIdle(dyno: WebDyno): Connection | undefined;
  /** A new connection. Rejects with ConnectError. */
  open(dyno: WebDyno): Promise<Connection>;
  /** Gives a connection back after a complete response. */
  giveBack(dyno: WebDyno, connection: Connection): void;
  /** Closes what is idle to dynos that are not among these; connections in use close when they are given back. */
  keepOnly(dynos: WebDyno[]): void;
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
const CLIENT_OPTIONS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
  keepAliveTimeoutThreshold: 1_000,
  maxHeaderSize: MAX_RESPONSE_HEAD,
};

export function openConnections({ connectMs }: { connectMs: number }): Connections {
  const idle = new Map<string, Connection[]>();
  let known = new Set<string>();

  return {
    takeIdle(dyno) {
      const waiting = idle.get(addressOf(dyno));
      for (let connection = waiting?.pop(); connection; connection = waiting?.pop()) {
        if (!connection.socket.destroyed && connection.socket.readable) return connection;
      }
      return undefined;
    },
    async open(dyno) {
      const startedAt = performance.now();
      const socket = await connectSocket(dyno, connectMs, startedAt);
      return { client: clientOf(dyno, socket), socket, connectMs: performance.now() - startedAt, isReused: false };
    },
    giveBack(dyno, connection) {
      const address = addressOf(dyno);
      const waiting = idle.get(address) ?? [];
      if (connection.socket.destroyed) return;
      if (!known.has(address) || waiting.length >= MAX_IDLE) return void connection.client.destroy();
      if (!idle.has(address)) idle.set(address, waiting);
      if (!connection.isReused) connection.socket.once('close', () => forget(idle, address, connection));
      connection.isReused = true;
      connection.connectMs = 0;
      waiting.push(connection);
    },
    keepOnly(dynos) {
      known = new Set(dynos.map(addressOf));
      for (const [address, connections] of idle) {
        if (known.has(address)) continue;
        idle.delete(address);
        for (const { client } of connections) void client.destroy();
      }
    },
    close() {
      known = new Set();
      for (const { client } of [...idle.values()].flat()) void client.destroy();
      idle.clear();
    },
  };
}

function addressOf({ id, host, port }: WebDyno): string {
  return `${id} ${host} ${port}`;
}

function forget(idle: Map<string, Connection[]>, address: string, connection: Connection): void {
  const waiting = idle.get(address);
  const index = waiting?.indexOf(connection) ?? -1;
  if (index >= 0) waiting!.splice(index, 1);
}

// The client is given this one socket and never gets another: a second connect means the first is gone.
function clientOf({ host, port }: WebDyno, socket: Socket): Client {
  let given = false;
  return new Client(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, {
    ...CLIENT_OPTIONS,
    connect(_options, callback) {
      const isFirst = !given;
      given = true;
      // Not in this tick: undici isn't done with asking.
      queueMicrotask(() => (isFirst ? callback(null, socket) : callback(new Error('connection lost'), null)));
    },
  });
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
