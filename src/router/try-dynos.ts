// Tries one dyno after the other until one takes the request; what a dyno has begun is never sent to another.
import { performance } from 'node:perf_hooks';
import { preferredDyno } from './affinity.js';
import { ConnectError, type Connection } from './out/connections.js';
import { fail, type Exchange } from './in/exchange.js';
import type { Taken } from './table/gate.js';
import type { ProxyParts } from './parts.js';
import { requestText, type RouterFacts } from './in/request-head.js';
import type { WebDyno } from './table/route-table.js';
import { Attempt } from './out/attempt.js';

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

/** Answers the exchange, or fails it with the code that fits. What is the platform's own fault is told to `onFault`. */
export function tryDynos(parts: ProxyParts, x: Exchange, onFault: (error: unknown) => void): void {
  const trail: Trail = { tried: new Set(), lastError: null, isSecond: false, hasRefreshed: false };
  tryNext({ parts, x, trail, onFault });
}

interface Trying {
  parts: ProxyParts;
  x: Exchange;
  trail: Trail;
  onFault: (error: unknown) => void;
}

// Most requests find a dyno and a connection at once: nothing is waited for that is there.
function tryNext(t: Trying): void {
  const { parts, x, trail, onFault } = t;
  if (x.isOver || x.failure) return;
  const preferred = preferredDyno(x);
  const taken = parts.gate.take(x.route.appId, trail.tried, preferred);
  if (taken.kind === 'dyno' || taken.kind === 'wait') x.onEnd.push(parts.activity.begin(x.route.appId));
  if (taken.kind !== 'wait') return goOn(t, taken);
  const gone = new AbortController();
  x.onEnd.push(() => gone.abort());
  parts.gate
    .wait(x.route.appId, trail.tried, gone.signal, preferred)
    .then((found) => found && goOn(t, found))
    .catch(onFault);
}

function goOn(t: Trying, taken: Exclude<Taken, { kind: 'wait' }>): void {
  const { parts, x, trail, onFault } = t;
  if (taken.kind === 'dyno') return tryDyno(t, taken.dyno, taken.release);
  if (taken.kind !== 'exhausted' || trail.hasRefreshed) return giveUp(x, taken, trail);
  // A dyno that refuses may have been replaced a moment ago.
  trail.hasRefreshed = true;
  parts.source
    .refresh(x.route.appId)
    .then(() => tryNext(t))
    .catch(onFault);
}

function tryDyno(t: Trying, dyno: WebDyno, release: () => void): void {
  const { parts, x, trail, onFault } = t;
  x.dyno = dyno;
  x.onEnd.push(release);
  // An idle connection may be closing while we write: for what may be sent twice, and the first time.
  const idle = isSafe(x) && !trail.isSecond ? parts.connections.takeIdle(dyno) : undefined;
  if (idle) return sendBy(t, idle, release);
  parts.connections
    .open(dyno)
    .then(
      (connection) => sendBy(t, connection, release),
      (error: unknown) => {
        if (!(error instanceof ConnectError) || error.reason === 'local') return onFault(error);
        noteUnreachable(parts, x, trail, dyno, error);
        release();
        tryNext(t);
      },
    )
    .catch(onFault);
}

function sendBy(t: Trying, connection: Connection, release: () => void): void {
  const { parts, x, trail } = t;
  const { connections, limits } = parts;
  const dyno = x.dyno!;
  x.connectMs = connection.connectMs;
  if (x.isOver || x.failure) return connections.giveBack(dyno, connection);
  const attempt = new Attempt({ x, dyno, connection, connections, limits, release, text: requestText(x.head, factsOf(x)) }, (outcome) => {
    if (outcome === 'over') return;
    release();
    noteClosed(parts, x, trail, connection);
    tryNext(t);
  });
  attempt.start();
}

function noteUnreachable({ gate, limits }: ProxyParts, x: Exchange, trail: Trail, dyno: WebDyno, error: ConnectError): void {
  trail.lastError = error;
  trail.tried.add(dyno.id);
  x.connectMs = error.ms;
  gate.quarantine(x.route.appId, dyno);
  if (trail.tried.size >= limits.attempts) giveUp(x, { kind: 'exhausted' }, trail);
}

function noteClosed({ limits }: ProxyParts, x: Exchange, trail: Trail, connection: Connection): void {
  if (trail.isSecond || !wasClosing(x, connection, limits.closingMs)) return fail(x, { code: 'H13' });
  trail.isSecond = true;
}

// An idle connection that closes right after a write was being closed when the request came; on a fresh one it is the app's answer.
function wasClosing(x: Exchange, { isReused }: Connection, closingMs: number): boolean {
  return isReused && isSafe(x) && performance.now() - (x.sentTick ?? 0) < closingMs;
}

function isSafe({ head }: Exchange): boolean {
  return SAFE.has(head.method) && !head.hasBody;
}

function giveUp(x: Exchange, taken: Exclude<Taken, { kind: 'dyno' }>, { lastError }: Trail): void {
  if (taken.kind === 'unknown') return fail(x, { code: 'H99' });
  if (taken.kind !== 'exhausted') return fail(x, { code: taken.code });
  if (!lastError) return fail(x, { code: 'H13' });
  fail(x, { code: lastError.reason === 'timeout' ? 'H19' : 'H21' });
}

function factsOf(x: Exchange): RouterFacts {
  return {
    clientIp: x.clientIp,
    proto: x.protocol,
    version: x.client.version,
    port: x.localPort,
    requestId: x.requestId,
    startedAt: x.startedAt,
    connectMs: Math.round(x.connectMs ?? 0),
    routeMs: Math.round(performance.now() - x.startedTick),
  };
}
