// Sends a request to one dyno after the other, as long as nothing has been sent that must not be sent twice.
import { performance } from 'node:perf_hooks';
import type { Outcome } from './attempt.js';
import { ConnectError, type Connection } from './connections.js';
import { fail, type Exchange } from './exchange.js';
import type { Taken } from './gate.js';
import type { Asked, ProxyParts } from './proxy.js';
import { dynoHeaders } from './request-head.js';
import type { WebDyno } from './route-table.js';
import { send } from './send.js';

/** What has been tried so far. */
interface Trail {
  /** Ids of dynos that could not be reached. */
  tried: Set<string>;
  lastError: ConnectError | null;
  /** Times a connection was closed before it answered. */
  closed: number;
  hasRefreshed: boolean;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const MOST_CLOSED = 3;

/** Answers the exchange, or fails it with the code that fits. Throws only what is the platform's own fault. */
export async function tryDynos(parts: ProxyParts, asked: Asked, x: Exchange): Promise<void> {
  const trail: Trail = { tried: new Set(), lastError: null, closed: 0, hasRefreshed: false };
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
  const taken = parts.gate.take(x.route.name, tried);
  if (taken.kind !== 'wait') return taken;
  const gone = new AbortController();
  x.onEnd.push(() => gone.abort());
  return parts.gate.wait(x.route.name, tried, gone.signal);
}

/** Tries one dyno; false when another should be tried. */
async function isDone(parts: ProxyParts, asked: Asked, x: Exchange, trail: Trail, { dyno, release }: Taken & { kind: 'dyno' }): Promise<boolean> {
  x.dyno = dyno;
  x.onEnd.push(release);
  try {
    const connection = await connect(parts, x, dyno);
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

// What must not be sent twice goes on a connection of its own: an idle one may be closing while we write.
async function connect({ connections }: ProxyParts, x: Exchange, dyno: WebDyno): Promise<Connection> {
  const idle = isRepeatable(x) ? connections.takeIdle(dyno) : undefined;
  const connection = idle ?? (await connections.open(dyno));
  x.connectMs = connection.connectMs;
  return connection;
}

function noteUnreachable({ gate, limits }: ProxyParts, x: Exchange, trail: Trail, dyno: WebDyno, error: ConnectError): void {
  trail.lastError = error;
  trail.tried.add(dyno.id);
  x.connectMs = error.ms;
  gate.quarantine(x.route.name, dyno);
  if (trail.tried.size >= limits.attempts) giveUp(x, { kind: 'exhausted' }, trail);
}

function noteClosed(parts: ProxyParts, x: Exchange, trail: Trail, connection: Connection, outcome: Outcome): void {
  trail.closed += 1;
  if (outcome === 'closed' && (trail.closed > MOST_CLOSED || !mayRepeat(parts, x, connection))) return fail(x, { code: 'H13' });
  if (!connection.isReused) trail.tried.add(x.dyno!.id);
}

// A fresh connection that was closed without a byte is the app's doing, unless the dyno is being stopped.
function mayRepeat({ source }: ProxyParts, x: Exchange, connection: Connection): boolean {
  if (!isRepeatable(x)) return false;
  if (connection.isReused) return true;
  const decision = source.find(x.route.name)?.decision;
  return decision?.kind !== 'dynos' || !decision.dynos.some((dyno) => dyno.id === x.dyno?.id);
}

function isRepeatable({ head }: Exchange): boolean {
  return IDEMPOTENT.has(head.method) && !head.hasBody;
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
