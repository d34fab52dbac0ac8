// A request's head: what is refused at once, and what of it goes on to the dyno. Pure.
import { badHead, UNSUPPORTED_VERSION, type BadHead } from './bad-head.js';
import { DROPPED, isForgery } from './dropped-headers.js';
import { faultOfFraming } from './framing.js';
import { MAX_HEADER_LINE, MAX_HEADER_NAME, MAX_HEADERS, MAX_METHOD, MAX_REQUEST_LINE } from '../limits.js';

export interface RequestHead {
  method: string;
  /** Path and query as they came, or as they stand in an absolute-form target. */
  path: string;
  /** The Host header as it goes to the dyno. */
  host: string;
  /** What the client says of those before it; the router appends the client itself. */
  forwardedFor: string;
  /** What is believed of trusted proxies only; null where it can't be meant. */
  forwardedProto: 'http' | 'https' | null;
  forwardedPort: number | null;
  /** The client's X-Request-Id where it is one Heroku would keep. */
  requestId: string | null;
  via: string;
  hasBody: boolean;
  /** How long the body is; chunked where nobody knows ahead. */
  length: number | 'chunked';
  /** Whether the client may ask again on the same connection. */
  keepsAlive: boolean;
  /** The protocol to switch to; null where the request offers none, or has a body. */
  upgrade: string | null;
  /** What it expects; null where that is nothing. */
  expects: string | null;
  isOld: boolean;
  /** Names and values in turns, in the client's order and case; hop-by-hop headers and those the router sets are left out. */
  headers: string[];
}

/** What the parser has read. */
export interface RawHead {
  method: string;
  url: string;
  httpVersion: string;
  rawHeaders: readonly string[];
}

const REQUEST_ID = /^[A-Za-z0-9+/=-]{20,200}$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
// eslint-disable-next-line no-control-regex
const UNSENDABLE_PATH = /[^\x21-\xff]|\x7f/;
// eslint-disable-next-line no-control-regex
const UNSENDABLE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[0-9a-fA-F:.]+\])(?::\d{0,5})?$/;

/** Naming these in Connection does not remove them: they tell where a request ends. */
const KEPT_ANYWAY = new Set(['content-length', 'host', 'close', 'keep-alive', 'upgrade', '']);

type Seen = Record<
  | 'host'
  | 'forwardedFor'
  | 'forwardedProto'
  | 'forwardedPort'
  | 'via'
  | 'connection'
  | 'requestId'
  | 'codings'
  | 'lengths'
  | 'upgrade'
  | 'expect',
  string[]
>;

/** Reads and checks the head of a request. */
export function readRequestHead(raw: RawHead): RequestHead | BadHead {
  const { method, httpVersion, rawHeaders } = raw;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return UNSUPPORTED_VERSION;
  if (method === 'CONNECT') return badHead(405, 'CONNECT is not supported.', 'method not allowed');
  if (method.length > MAX_METHOD) return badHead(400, `Methods may have ${MAX_METHOD} characters.`, 'bad method');
  if (requestLineLength(raw) > MAX_REQUEST_LINE) {
    return badHead(414, `The request line may have ${MAX_REQUEST_LINE} bytes.`, 'request line too long');
  }
  if (rawHeaders.length / 2 > MAX_HEADERS) return badHead(400, `A request may have ${MAX_HEADERS} headers.`);

  const headers: string[] = [];
  const seen: Seen = {
    host: [],
    forwardedFor: [],
    forwardedProto: [],
    forwardedPort: [],
    via: [],
    connection: [],
    requestId: [],
    codings: [],
    lengths: [],
    upgrade: [],
    expect: [],
  };
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = rawHeaders[i + 1]!;
    if (name.length > MAX_HEADER_NAME) return badHead(400, `A header's name may have ${MAX_HEADER_NAME} bytes.`);
    if (name.length + value.length + 2 > MAX_HEADER_LINE) return badHead(400, `A header line may have ${MAX_HEADER_LINE} bytes.`);
    if (UNSENDABLE_VALUE.test(value)) return badHead(400, `The header ${printable(name)} holds a control character.`);
    const lower = name.toLowerCase();
    if (lower === 'content-length') {
      seen.lengths.push(value);
      headers.push(name, String(Number(value)));
      continue;
    }
    if (isForgery(lower)) continue;
    if (!DROPPED.has(lower)) headers.push(name, value);
    else if (lower === 'transfer-encoding') seen.codings.push(value);
    else if (lower === 'host') seen.host.push(value);
    else if (lower === 'connection') seen.connection.push(value);
    else if (lower === 'x-forwarded-for') seen.forwardedFor.push(value);
    else if (lower === 'x-forwarded-proto') seen.forwardedProto.push(value);
    else if (lower === 'x-forwarded-port') seen.forwardedPort.push(value);
    else if (lower === 'via') seen.via.push(value);
    else if (lower === 'x-request-id') seen.requestId.push(value);
    else if (lower === 'upgrade') seen.upgrade.push(value);
    else if (lower === 'expect') seen.expect.push(value);
  }

  const [onlyHost = ''] = seen.host;
  if (seen.host.length !== 1 || !HOST.test(onlyHost)) return badHead(400, 'A request needs exactly one valid Host header.');
  const fault = faultOfFraming(httpVersion, seen);
  if (fault) return fault;
  const target = readTarget(raw.url, onlyHost);
  if (!target) return badHead(400, 'The request target must be a path.', 'bad path');
  const hasBody = seen.codings.length > 0 || Number(seen.lengths[0] ?? 0) > 0;
  const tokens = tokensOf(seen.connection);
  const isOld = httpVersion === '1.0';
  return {
    method,
    ...target,
    forwardedFor: seen.forwardedFor.join(', '),
    forwardedProto: protoOf(seen.forwardedProto),
    forwardedPort: portOf(seen.forwardedPort),
    requestId: seen.requestId.length === 1 && REQUEST_ID.test(seen.requestId[0]!) ? seen.requestId[0]! : null,
    via: seen.via.join(', '),
    hasBody,
    length: seen.codings.length > 0 ? 'chunked' : Number(seen.lengths[0] ?? 0),
    keepsAlive: isOld ? tokens.has('keep-alive') && !tokens.has('close') : !tokens.has('close'),
    upgrade: !isOld && !hasBody && tokens.has('upgrade') && seen.upgrade.length > 0 ? seen.upgrade.join(', ') : null,
    expects: seen.expect.length > 0 ? seen.expect.join(', ') : null,
    isOld,
    headers: withoutNamed(headers, tokens),
  };
}

/** Whether a head was refused. */
export function isBad(head: RequestHead | BadHead): head is BadHead {
  return 'cause' in head;
}

export interface RouterFacts {
  clientIp: string;
  proto: 'http' | 'https';
  /** Of HTTP, as the client speaks it. */
  version: '1.1' | '2.0';
  /** The port the client connected to. */
  port: number;
  requestId: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  connectMs: number;
  routeMs: number;
}

const NAME = 'vegur';
/** Dynos speak HTTP/1.1. */
export const VIA = `1.1 ${NAME}`;

/** X-Forwarded-For as the dyno and the log line see it; `clientIp` is empty where a trusted proxy has named the client already. */
export function forwardedFor(head: RequestHead, clientIp: string): string {
  if (clientIp === '') return head.forwardedFor;
  return head.forwardedFor ? `${head.forwardedFor}, ${clientIp}` : clientIp;
}

/** The headers a dyno is sent. */
export function dynoHeaders(head: RequestHead, facts: RouterFacts): string[] {
  return [
    'Host',
    head.host,
    ...head.headers,
    'X-Request-Id',
    facts.requestId,
    'X-Forwarded-For',
    forwardedFor(head, facts.clientIp),
    'X-Forwarded-Proto',
    facts.proto,
    'X-Forwarded-Port',
    String(facts.port),
    'Via',
    `${head.via ? `${head.via}, ` : ''}${facts.version} ${NAME}`,
    'Connect-Time',
    String(facts.connectMs),
    'X-Request-Start',
    String(facts.startedAt),
    'Total-Route-Time',
    String(facts.routeMs),
  ];
}

/** What the dyno is sent of a head. */
export function requestText(head: RequestHead, facts: RouterFacts): string {
  const headers = dynoHeaders(head, facts);
  let text = `${head.method} ${head.path} HTTP/1.1\r\nHost: ${head.host}\r\n`;
  if (head.upgrade !== null) text += `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  for (let i = 2; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  if (head.length === 'chunked') return `${text}Transfer-Encoding: chunked\r\n\r\n`;
  return TELLS_LENGTH.has(head.method) && !head.hasBody && !tellsLength(head) ? `${text}Content-Length: 0\r\n\r\n` : `${text}\r\n`;
}

/** Servers wait for a length with these, and may refuse them without (411). */
const TELLS_LENGTH = new Set(['POST', 'PUT', 'PATCH']);

function tellsLength({ headers }: RequestHead): boolean {
  return headers.some((text, i) => i % 2 === 0 && text.length === 14 && text.toLowerCase() === 'content-length');
}

/** An address as logs show it: IPv4 inside IPv6 is IPv4. */
export function plainIp(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

function requestLineLength({ method, url, httpVersion }: RawHead): number {
  return method.length + url.length + httpVersion.length + 7;
}

function readTarget(url: string, host: string): { path: string; host: string } | null {
  if (url.startsWith('/')) return UNSENDABLE_PATH.test(url) ? null : { path: url, host };
  const [, authority = '', rest = ''] = ABSOLUTE.exec(url) ?? [];
  if (!HOST.test(authority)) return null;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return UNSENDABLE_PATH.test(path) ? null : { path, host: authority };
}

function protoOf(values: string[]): 'http' | 'https' | null {
  const [value = ''] = values;
  const proto = value.toLowerCase();
  return values.length === 1 && (proto === 'http' || proto === 'https') ? proto : null;
}

function portOf(values: string[]): number | null {
  const [value = ''] = values;
  return values.length === 1 && /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535 ? Number(value) : null;
}

const NO_TOKENS: ReadonlySet<string> = new Set();
/** What most clients say. */
const KEEP_ALIVE: ReadonlySet<string> = new Set(['keep-alive']);

function tokensOf(connection: string[]): ReadonlySet<string> {
  if (connection.length === 0) return NO_TOKENS;
  if (connection.length === 1 && connection[0] === 'keep-alive') return KEEP_ALIVE;
  return new Set(
    connection
      .join(',')
      .toLowerCase()
      .split(',')
      .map((token) => token.trim()),
  );
}

function withoutNamed(headers: string[], tokens: ReadonlySet<string>): string[] {
  if (tokens === NO_TOKENS || tokens === KEEP_ALIVE) return headers;
  const named = new Set([...tokens].filter((token) => !KEPT_ANYWAY.has(token)));
  if (named.size === 0) return headers;
  return headers.filter((_text, i) => !named.has(headers[i - (i % 2)]!.toLowerCase()));
}

function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, '?').slice(0, 100);
}
