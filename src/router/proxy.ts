// A request's way: read the head, find the app, choose a dyno, send.
import type { IncomingMessage } from 'node:http';
import { log } from '../lib/log.js';
import { answerNoSuchApp, end, fail, refuse, startExchange, type Exchange } from './in/exchange.js';
import { isBad, readRequestHead, type RequestHead } from './in/request-head.js';
import { mayBeApp, type Route } from './table/route-table.js';
import type { Asked, ProxyParts } from './parts.js';
import { tryDynos } from './try-dynos.js';

/** Serves one request to its end; `begin` is told of its exchange once the app is known. Never rejects. */
export async function proxy(parts: ProxyParts, asked: Asked, begin: (x: Exchange) => void): Promise<void> {
  const { req, res } = asked;
  const head = readRequestHead({ method: req.method ?? '', url: req.url ?? '', httpVersion: req.httpVersion, rawHeaders: req.rawHeaders });
  const route = await findRoute(parts, isBad(head) ? (req.headers.host ?? '') : head.host);
  if (res.destroyed) return;
  // Where a request can't be read, nobody knows where the next one begins.
  if (isBad(head)) res.shouldKeepAlive = false;
  if (!route) return isBad(head) ? refuse(res, head) : answerNoSuchApp(res, head.host);

  const x = startExchange(req, res, isBad(head) ? asFarAsRead(req) : head, route);
  res.on('error', () => undefined);
  res.once('close', () => {
    if (!res.writableFinished && !x.isSwitched && !x.failure) x.failure = { code: 'H27' };
    end(x, parts.lines);
    parts.counts.add(x);
  });
  begin(x);
  const refusal = asked.refusal ?? (isBad(head) ? head : undefined);
  if (refusal) return fail(x, { code: 'H26', ...refusal });
  await tryDynos(parts, asked, x).catch((error: unknown) => failForUs(x, error));
}

function failForUs(x: Exchange, error: unknown): void {
  log('request-failed', {
    app: x.route.name,
    request_id: x.requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  fail(x, { code: 'H99' });
}

async function findRoute({ source, domain }: ProxyParts, host: string): Promise<Route | undefined> {
  const known = source.find(host);
  if (known || !mayBeApp(host, domain)) return known;
  await source.lookAgain();
  return source.find(host);
}

// For the log line of a request whose head was refused.
function asFarAsRead(req: IncomingMessage): RequestHead {
  const [method, path, host] = [req.method ?? '', req.url ?? '', req.headers.host ?? ''];
  return {
    method: method.slice(0, 127),
    path: path.slice(0, 1_000),
    host,
    forwardedFor: '',
    requestId: null,
    via: '',
    hasBody: false,
    headers: [],
  };
}
