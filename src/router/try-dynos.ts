// Tries one dyno after the other until one takes the request; what a dyno has begun is never sent to another.
import { performance } from 'node:perf_hooks';
import type { Outcome } from './out/attempt.js';
import { ConnectError, type Connection } from './out/connections.js';
import { fail, type Exchange } from './in/exchange.js';
import type { Taken } from './table/gate.js';
import type { Asked, ProxyParts } from './parts.js';
import { dynoHeaders } from './in/request-head.js';
import type { WebDyno } from './table/route-table.js';
import { send } from './out/send.js';

/** What has been tried so far. */
interface Trail {
  /** Ids of dynos that could not be reached. */
  tried: Set<string>;
  lastError: ConnectError | null;
  /** Whether it has been written to a connection that was closing. */
  isSecond: boolean;
  hasRefreshed: boolean;
}

/** What a dyno may be asked twice. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Answers the exchange, or fails it with the code that fits. Throws only what is the platform's own fault. */
export async function tryDynos(parts: ProxyParts, asked: Asked, x: Exchange): Promise<void> {
  const trail: Trail = { tried: new Set(), lastError: null, isSecond: false, hasRefreshed: false };
  while (!x.isOver && !x.failure) {
    const taken = await takePlace(parts, x, trail.tried);
    if (taken === null) return;
    if (taken.kind === 'dyno') {
      if (await isDone(parts, asked, x, trail, taken)) return;
    } else if (taken.kind === 'exhausted' && !trail.hasRefreshed) await refresh(parts, x, trail);
    else return giveUp(x, taken, trail);
  }
}

/** A place at a dyno, at once or after waiting; null when the client left first. */
function takePlace(parts: ProxyParts, x: Exchange, tried: Set<string>): Taken | Promise<Taken | null> {
  const taken = parts.gate.take(x.route.appId, tried);
  if (taken.kind !== 'wait') return taken;
  const gone = new AbortController();
  x.onEnd.push(() => gone.abort());
  return parts.gate.wait(x.route.appId, tried, gone.signal);
}

/** Tries one dyno; false when another should be tried. */
async function isDone(
  parts: ProxyParts,
  asked: Asked,
  x: Exchange,
  trail: Trail,
  { dyno, release }: Taken & { kind: 'dyno' },
): Promise<boolean> {
  x.dyno = dyno;
  x.onEnd.push(release);
  try {
    const connection = await connect(parts, x, trail, dyno);
    const { connections, limits } = parts;
    if (x.isOver || x.failure) {
      connections.giveBack(dyno, connection);
      return true;
    }
    const { upgrade, expectsContinue } = asked;
    const outcome = await send({ x, dyno, connection, connections, limits, release, headers: headersFor(x), upgrade, expectsContinue });
    if (outcome === 'over') return true;
    noteClosed(parts, x, trail, connection, outcome);
  } catch (error) {
    if (!(error instanceof ConnectError) || error.reason === 'local') throw error;
    noteUnreachable(parts, x, trail, dyno, error);
  }
  release();
  return false;
}

// An idle connection may be closing while we write: for what may be sent twice, and the first time.
async function connect({ connections }: ProxyParts, x: Exchange, { isSecond }: Trail, dyno: WebDyno): Promise<Connection> {
  const idle = isSafe(x) && !isSecond ? connections.takeIdle(dyno) : undefined;
  const connection = idle ?? (await connections.open(dyno));
  x.connectMs = connection.connectMs;
  return connection;
}

function noteUnreachable({ gate, limits }: ProxyParts, x: Exchange, trail: Trail, dyno: WebDyno, error: ConnectError): void {
  trail.lastError = error;
  trail.tried.add(dyno.id);
  x.connectMs = error.ms;
  gate.quarantine(x.route.appId, dyno);
  if (trail.tried.size >= limits.attempts) giveUp(x, { kind: 'exhausted' }, trail);
}

function noteClosed({ limits }: ProxyParts, x: Exchange, trail: Trail, connection: Connection, outcome: Outcome): void {
  if (outcome === 'closed') {
    if (trail.isSecond || !wasClosing(x, connection, limits.closingMs)) return fail(x, { code: 'H13' });
    trail.isSecond = true;
  } else if (!connection.isReused) trail.tried.add(x.dyno!.id);
}

// An idle connection that closes right after a write was being closed when the request came; on a fresh one it is the app's answer.
function wasClosing(x: Exchange, { isReused }: Connection, closingMs: number): boolean {
  return isReused && isSafe(x) && performance.now() - (x.sentTick ?? 0) < closingMs;
}

function isSafe({ head }: Exchange): boolean {
  return SAFE.has(head.method) && !head.hasBody;
}

// A dyno that refuses may have been replaced a moment ago.
async function refresh({ source }: ProxyParts, x: Exchange, trail: Trail): Promise<void> {
  trail.hasRefreshed = true;
  await source.refresh(x.route.appId);
}

function giveUp(x: Exchange, taken: Exclude<Taken, { kind: 'dyno' }>, { lastError }: Trail): void {
  if (taken.kind === 'unknown') return fail(x, { code: 'H99' });
  if (taken.kind !== 'exhausted') return fail(x, { code: taken.code });
  if (!lastError) return fail(x, { code: 'H13' });
  fail(x, { code: lastError.reason === 'timeout' ? 'H19' : 'H21' });
}

function headersFor(x: Exchange): string[] {
  return dynoHeaders(x.head, {
    clientIp: x.clientIp,
    proto: x.protocol,
    port: x.req.socket.localPort ?? 0,
    requestId: x.requestId,
    startedAt: x.startedAt,
    connectMs: Math.round(x.connectMs ?? 0),
    routeMs: Math.round(performance.now() - x.startedTick),
  });
}
