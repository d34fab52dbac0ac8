// A request's way: read the head, find the app, choose a dyno, connect, send, and try another dyno
// as long as nothing has been sent that must not be sent twice.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { LineWriter } from '../bus/line-writer.js';
import { ConnectError, type Connection, type Connections } from './connections.js';
import { answerNoSuchApp, end, fail, refuse, startExchange, type Exchange } from './exchange.js';
import type { Gate, Taken } from './gate.js';
import type { Limits } from './limits.js';
import { dynoHeaders, isBad, readRequestHead } from './request-head.js';
import { appNameOf, type WebDyno } from './route-table.js';
import type { RouteSource } from './route-source.js';
import { send } from './send.js';

export interface ProxyParts {
  source: RouteSource;
  gate: Gate;
  connections: Connections;
  lines: LineWriter;
  limits: Limits;
  domain: string;
}

export interface Asked {
  req: IncomingMessage;
  res: ServerResponse;
  /** The protocol to switch to, for an Upgrade. */
  upgrade?: string | undefined;
  /** Whether the client waits for `100 Continue`. */
  expectsContinue?: boolean;
  /** Refused before we saw it (an Expect that can't be met). */
  refusal?: { status: number; cause: string; message: string };
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const STALE_RETRIES = 3;

/** Serves one request to its end. Never rejects. */
export async function proxy(parts: ProxyParts, asked: Asked, begin: (x: Exchange) => void): Promise<void> {
  const { req, res } = asked;
  const head = readRequestHead({ method: req.method ?? '', url: req.url ?? '', httpVersion: req.httpVersion, rawHeaders: req.rawHeaders });
  const name = appNameOf(isBad(head) ? (req.headers.host ?? '') : head.host, parts.domain);
  if (name && !parts.source.find(name)) await parts.source.lookAgain();
  const route = name ? parts.source.find(name) : undefined;
  if (!route) return isBad(head) ? refuse(res, head) : answerNoSuchApp(res);

  const x = startExchange(req, res, isBad(head) ? unreadHead(req) : head, route);
  if (res.destroyed) return;
  res.once('close', () => {
    if (!res.writableFinished && !x.isTunnel && !x.failure) x.failure = { code: 'H27' };
    end(x, parts.lines);
  });
  begin(x);
  const refusal = asked.refusal ?? (isBad(head) ? head : undefined);
  if (refusal) return fail(x, { code: 'H26', ...refusal });
  await sendSomewhere(parts, asked, x).catch((error: unknown) => fail(x, { code: 'H99', cause: undefined, desc: platformFault(error) }));
}

async function sendSomewhere(parts: ProxyParts, asked: Asked, x: Exchange): Promise<void> {
  const tried = new Set<string>();
  let staleRetries = 0;
  let refreshed = false;
  let lastError: ConnectError | null = null;
  while (!x.isOver && !x.failure) {
    const taken = await takePlace(parts, x, tried);
    if (taken === null) return;
    if (taken.kind === 'exhausted' && !refreshed) {
      // A dyno that refuses may have been replaced a moment ago.
      refreshed = true;
      await parts.source.refresh(x.route.appId);
      continue;
    }
    if (taken.kind !== 'dyno') return giveUp(x, taken, lastError);
    x.dyno = taken.dyno;
    const release = taken.release;
    x.onEnd.push(release);
    try {
      const connection = await connect(parts, x, taken.dyno);
      if (x.isOver || x.failure) return parts.connections.giveBack(taken.dyno, connection);
      const outcome = await send(parts, asked, x, connection, headersFor(x), release);
      if (outcome === 'over') return;
      staleRetries += 1;
      if (outcome === 'closed' && (staleRetries > STALE_RETRIES || !mayRepeat(parts, x, connection))) return fail(x, { code: 'H13' });
      if (!connection.isReused) tried.add(taken.dyno.id);
      release();
    } catch (error) {
      release();
      if (!(error instanceof ConnectError) || error.reason === 'local') throw error;
      lastError = error;
      x.connectMs = error.ms;
      tried.add(taken.dyno.id);
      parts.gate.quarantine(x.route.name, taken.dyno);
      if (tried.size >= parts.limits.attempts) return giveUp(x, { kind: 'exhausted' }, error);
    }
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

function giveUp(x: Exchange, taken: Exclude<Taken, { kind: 'dyno' }>, error: ConnectError | null): void {
  if (taken.kind === 'unknown') return fail(x, { code: 'H99' });
  if (taken.kind !== 'exhausted') return fail(x, { code: taken.code });
  if (!error) return fail(x, { code: 'H13' });
  fail(x, { code: error.reason === 'timeout' ? 'H19' : 'H21' });
}

// What must not be sent twice goes on a connection of its own: an idle one may be closing while we write.
async function connect(parts: ProxyParts, x: Exchange, dyno: WebDyno): Promise<Connection> {
  const idle = isRepeatable(x) ? parts.connections.takeIdle(dyno) : undefined;
  const connection = idle ?? (await parts.connections.open(dyno));
  x.connectMs = connection.connectMs;
  return connection;
}

function isRepeatable({ head }: Exchange): boolean {
  return IDEMPOTENT.has(head.method) && !head.hasBody;
}

// A fresh connection that was closed without a byte is the app's doing, unless the dyno is being stopped.
function mayRepeat(parts: ProxyParts, x: Exchange, connection: Connection): boolean {
  if (!isRepeatable(x)) return false;
  if (connection.isReused) return true;
  const decision = parts.source.find(x.route.name)?.decision;
  return decision?.kind !== 'dynos' || !decision.dynos.some((dyno) => dyno.id === x.dyno?.id);
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

// Only for the log line of a request whose head was refused.
function unreadHead(req: IncomingMessage) {
  return {
    method: (req.method ?? '').slice(0, 127),
    path: (req.url ?? '').slice(0, 1_000),
    host: req.headers.host ?? '',
    forwardedFor: '',
    requestId: null,
    via: '',
    hasBody: false,
    headers: [],
  };
}

function platformFault(error: unknown): string {
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
  return `Platform error (${code})`;
}
