// A request's way: read the head, find the app, choose a dyno, send.
import type { HCode } from '../model/error-codes.js';
import { log } from '../lib/log.js';
import { challengeAnswer } from './acme-challenge.js';
import { redirect, secureUrl } from './https-only.js';
import type { BadHead } from './in/bad-head.js';
import { answerNoSuchApp, fail, refuse, startExchange, type ClientSide, type Exchange } from './in/exchange.js';
import { isBad, readRequestHead, type RawHead, type RequestHead } from './in/request-head.js';
import { mayBeApp, type Route } from './table/route-table.js';
import type { ProxyParts, Refusal } from './parts.js';
import { tryDynos } from './try-dynos.js';

/** Serves one request to its end. Never throws. `raw` is its head as it was parsed, `refusal` why it isn't served all the same. */
export function proxy(parts: ProxyParts, client: ClientSide, raw: RawHead, refusal: Refusal | null): void {
  const head = readRequestHead(raw);
  // Where a request can't be read, nobody knows where the next one begins.
  if (!isBad(head)) client.begin(head);
  if (isBad(head) || refusal?.code) client.keepsAlive = false;
  const host = isBad(head) ? hostOf(raw) : head.host;
  const known = parts.source.find(host);
  if (known || !mayBeApp(host, parts.domain)) return serve(parts, { client, raw, head, route: known, refusal });
  parts.source.lookAgain().then(
    () => client.isClosed || serve(parts, { client, raw, head, route: parts.source.find(host), refusal }),
    () => client.destroy(),
  );
}

interface Asked {
  client: ClientSide;
  raw: RawHead;
  head: RequestHead | BadHead;
  route: Route | undefined;
  refusal: Refusal | null;
}

function serve(parts: ProxyParts, { client, raw, head, route, refusal }: Asked): void {
  if (!route) return isBad(head) ? refuse(client, head) : answerNoSuchApp(client, head.host);

  const challenge = isBad(head) || refusal ? undefined : challengeAnswer(route, head.path);
  if (challenge !== undefined) return client.answerText(200, ['Content-Type', 'application/octet-stream'], challenge);
  const x = startExchange(client, isBad(head) ? asFarAsRead(raw) : head, route);
  client.exchange = x;
  const bad = refusal ?? (isBad(head) ? head : unmetExpectation(head));
  if (bad) return fail(x, { code: codeOf(bad), status: bad.status, cause: bad.cause || undefined, message: bad.message });
  const location = secureUrl(x, parts.tlsPort?.() ?? null);
  if (location !== undefined) return redirect(x, location);
  tryDynos(parts, x, (error) => failForUs(x, error));
}

function codeOf(bad: Refusal): HCode {
  return bad.code ?? 'H26';
}

function unmetExpectation({ expects }: RequestHead): Refusal | null {
  if (expects === null || expects.toLowerCase() === '100-continue') return null;
  return { status: 417, cause: 'unsupported expect header value', message: 'Only "Expect: 100-continue" is supported.' };
}

function failForUs(x: Exchange, error: unknown): void {
  log('request-failed', {
    app: x.route.name,
    request_id: x.requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  fail(x, { code: 'H99' });
}

/** What may stand in a log line as it came. */
const PLAIN_HOST = /^[\w.:-]{1,255}$/;

function hostOf({ rawHeaders }: RawHead): string {
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  const host = rawHeaders[at + 1] ?? '';
  return at >= 0 && PLAIN_HOST.test(host) ? host : '';
}

// For the log line of a request whose head was refused.
function asFarAsRead(raw: RawHead): RequestHead {
  const { method, url: path } = raw;
  const host = hostOf(raw);
  return {
    method: method.slice(0, 127),
    path: path.slice(0, 1_000),
    host,
    forwardedFor: '',
    forwardedProto: null,
    forwardedPort: null,
    requestId: null,
    via: '',
    hasBody: false,
    length: 0,
    keepsAlive: false,
    upgrade: null,
    expects: null,
    isOld: false,
    headers: [],
  };
}
