// A router on loopback with a table of the test's making, dynos of a few lines, and a client that writes bytes.
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { LogLine } from '../../../src/model/logs/log-line.js';
import { openConnections } from '../../../src/router/out/connections.js';
import { NO_PROXIES, type Proxies } from '../../../src/router/peer/peer.js';
import { openActivity, type Activity } from '../../../src/router/table/activity.js';
import { openGate } from '../../../src/router/table/gate.js';
import { HEROKU_LIMITS, type Limits } from '../../../src/router/limits.js';
import { openRequestCounts } from '../../../src/router/request-counts.js';
import { routerServer } from '../../../src/router/in/listen.js';
import { reachableDynos, routeOfHost, tableOf } from '../../../src/router/table/route-table.js';
import type { AppRoute, RouteDyno } from '../../../src/store/app/routes.js';

/** Short windows, so that no test waits as long as a browser would; longer than a busy machine holds a process up. */
export const QUICK: Limits = {
  ...HEROKU_LIMITS,
  firstByteMs: 1_000,
  idleMs: 1_200,
  connectMs: 1_000,
  holdMs: 1_000,
  quarantineMs: 200,
  probeMs: 50,
  closingMs: 5_000,
};

export function anApp(change: Partial<AppRoute> = {}): AppRoute {
  return {
    appId: 'app-demo',
    name: 'demo',
    hosts: [`${change.name ?? 'demo'}.localhost`],
    maintenance: false,
    deployed: true,
    hasWeb: true,
    wanted: 1,
    onlySize: null,
    dynos: [],
    ...change,
  };
}

export function aDyno(change: Partial<RouteDyno> = {}): RouteDyno {
  return { id: 'dyno-1', name: 'web.1', state: 'up', host: '127.0.0.1', port: 1, ...change };
}

export interface TestRouter {
  port: number;
  lines: LogLine[];
  /** The texts of the router's lines, once there are `count` of them. */
  said(count?: number): Promise<string[]>;
  /** Replaces the table. */
  route(...apps: AppRoute[]): void;
  /** What a re-read of the store would bring. */
  onRefresh(apps: () => AppRoute[] | Promise<AppRoute[]>): void;
  activity: Activity;
  connections: ReturnType<typeof openConnections>;
  /** How many clients it has a connection of. */
  clients(): Promise<number>;
  close(graceMs?: number): Promise<void>;
  /** A successor accepts from now on. */
  retire(limitMs: number): Promise<void>;
}

export async function startTestRouter(
  apps: AppRoute[],
  change: Partial<Limits> = {},
  tls?: TlsOptions,
  proxies: Proxies = NO_PROXIES,
): Promise<TestRouter> {
  const limits = { ...QUICK, ...change };
  const lines: LogLine[] = [];
  let table = tableOf(apps);
  let reread: (() => AppRoute[] | Promise<AppRoute[]>) | null = null;
  const connections = openConnections(limits);
  const gate = openGate({ findApp: (appId) => table.byId.get(appId), limits, random: Math.random });
  const route = (...next: AppRoute[]) => {
    table = tableOf(next);
    connections.keepOnly(reachableDynos(table));
    gate.wake();
  };
  const refresh = async () => {
    if (reread) route(...(await reread()));
  };
  route(...apps);
  const source = {
    table: () => table,
    find: (host: string) => routeOfHost(table, host),
    findApp: (appId: string) => table.byId.get(appId),
    refresh,
    lookAgain: refresh,
    onChange: () => undefined,
    stop: async () => undefined,
  };
  const writer = { write: (_appId: string, line: LogLine) => void lines.push(line), flush: async () => undefined };
  const counts = openRequestCounts();
  const activity = openActivity();
  const contextFor = tls && (() => Promise.resolve(createSecureContext(tls)));
  const parts = { source, gate, activity, connections, lines: writer, counts, limits, proxies, domain: 'localhost', tlsPort: () => 443 };
  const router = routerServer(parts, contextFor);
  const port = await listening(router.server);
  return {
    port,
    lines,
    async said(count = 1) {
      await until(() => lines.length >= count);
      return lines.map((line) => line.text);
    },
    route,
    onRefresh: (next) => void (reread = next),
    activity,
    connections,
    clients: () => promisify(router.server.getConnections.bind(router.server))(),
    async close(graceMs = 0) {
      await router.close(graceMs);
      connections.close();
    },
    retire: router.retire,
  };
}

export interface Upstream {
  port: number;
  server: Server | TcpServer;
  close(): Promise<void>;
}

/** A dyno that speaks through node:http. */
export async function httpDyno(listener: RequestListener): Promise<Upstream> {
  const server = createHttpServer({ keepAliveTimeout: 5_000, maxHeaderSize: 1_048_576 }, listener);
  return { port: await listening(server), server, close: () => closed(server, () => server.closeAllConnections()) };
}

/** A dyno that does with its connections what it likes. */
export async function rawDyno(onConnection: (socket: Socket) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  return { port: await listening(server), server, close: () => closed(server, () => sockets.forEach((socket) => socket.destroy())) };
}

/** A dyno that answers every request, once its head has come, with the same bytes. */
export function cannedDyno(answer: string | Buffer, then: (socket: Socket) => void = () => undefined): Promise<Upstream> {
  return rawDyno((socket) => {
    socket.on('data', (chunk) => {
      if (!chunk.includes('\r\n\r\n')) return;
      socket.write(typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer, () => then(socket));
    });
  });
}

export interface RawOptions {
  /** Between packets. */
  gapMs?: number;
  /** How many whole answers to wait for; 1 where absent. */
  answers?: number;
  /** Wait for this instead. */
  until?: RegExp;
  /** Leave after this long without a byte, whatever has come. */
  leaveMs?: number;
}

const PATIENCE_MS = 15_000;
const LINGER_MS = 20;

/** Writes the parts one packet after the other, and gives what comes back: whole answers, or all until the connection ends. */
export async function raw(port: number, parts: string | (string | Buffer)[], o: RawOptions = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  const text = () => Buffer.concat(chunks).toString('latin1');
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const isEnough = o.until ? o.until.test(text()) : o.leaveMs === undefined && wholeAnswers(text()) >= (o.answers ?? 1);
      if (isEnough) setTimeout(resolve, LINGER_MS);
    });
  });
  const left = new Promise<void>((resolve) => void socket.setTimeout(o.leaveMs ?? PATIENCE_MS, resolve));
  const failed = new Promise<never>(
    (_resolve, reject) => void socket.on('error', (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED' && reject(error)),
  );
  failed.catch(() => undefined);
  await Promise.race([once(socket, 'connect'), failed]);
  for (const part of [parts].flat()) {
    socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
    if (o.gapMs) await sleep(o.gapMs);
  }
  await Promise.race([closed, answered, left, failed]);
  socket.destroy();
  return text();
}

/** How many whole answers (not counting 1xx) a text holds; one that ends with its connection is never whole. */
function wholeAnswers(text: string): number {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const head = text.slice(0, headEnd);
  const rest = text.slice(headEnd + 4);
  if (head.startsWith('HTTP/1.1 1')) return wholeAnswers(rest);
  if (/\r\nconnection: close/i.test(head)) return 0;
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const end = /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(rest);
    return end ? 1 + wholeAnswers(rest.slice(end.index + end[0].length)) : 0;
  }
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (head.startsWith('HTTP/1.1 304')) return 1 + wholeAnswers(rest);
  return rest.length >= length ? 1 + wholeAnswers(rest.slice(length)) : 0;
}

/** A GET's bytes. */
export function get(path = '/', headers: string[] = ['Host: demo.localhost']): string {
  return `GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(isSo: () => boolean, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not so within ${limitMs} ms: ${isSo}`);
    await sleep(5);
  }
}

async function listening(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function closed(server: Server | TcpServer, cut: () => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    cut();
  });
}
