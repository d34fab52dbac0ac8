// A dyno's response head: what is refused (H25), and what of it goes on to the client. Pure.
import { MAX_COOKIE, MAX_RESPONSE_HEADER_LINE, MAX_STATUS_LINE } from '../limits.js';
import { VIA } from '../in/request-head.js';
import type { RawAnswer } from '../wire/status-line.js';

export interface ResponseHead {
  status: number;
  reason: string;
  /** Names and values in turns, in the dyno's order and case, without hop-by-hop headers. */
  headers: string[];
  /** A stream of events stays open for hours: it isn't counted as a request at work. */
  isEventStream: boolean;
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te']);

/** Reads a head as it was parsed; a string says what Heroku's H25 restricts. */
export function readResponseHead(status: number, raw: readonly string[], reason: string): ResponseHead | string {
  if (reason.length > MAX_STATUS_LINE) return 'oversized status line';
  const headers: string[] = [];
  const via: string[] = [];
  let connection = '';
  let isEventStream = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    const lower = name.toLowerCase();
    if (name.length + value.length + 2 > MAX_RESPONSE_HEADER_LINE) return 'oversized header';
    if (lower === 'set-cookie' && value.length > MAX_COOKIE) return 'oversized cookie';
    if (lower === 'content-type' && value.startsWith('text/event-stream')) isEventStream = true;
    if (lower === 'connection') connection += `,${value.toLowerCase()}`;
    if (lower === 'via') via.push(value);
    else if (!HOP_BY_HOP.has(lower) && !(lower === 'content-length' && status === 204)) headers.push(name, value);
  }
  headers.push('Via', [...via, VIA].join(', '));
  return { status, reason: reason.replace(/[^\t\x20-\x7e]/g, '?'), headers: withoutNamed(headers, connection), isEventStream };
}

/** What of a 103 and its like goes on to the client; null where nothing does. */
export function interimHeaders({ status, reason, headers }: RawAnswer): Pick<ResponseHead, 'reason' | 'headers'> | null {
  const head = readResponseHead(status, headers, reason);
  if (typeof head === 'string') return null;
  // All but our Via; a length or a cookie would be of an answer that this isn't.
  const isOfThis = (name: string) => !/^(content-length|set-cookie|via)$/i.test(name);
  return { reason: head.reason, headers: head.headers.filter((_text, i, all) => isOfThis(all[i - (i % 2)]!)) };
}

/** The head of a 101, as bytes for the client. */
export function upgradeHead(raw: readonly string[]): string {
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let i = 0; i < raw.length; i += 2) head += `${raw[i]}: ${raw[i + 1]}\r\n`;
  return `${head}Via: ${VIA}\r\n\r\n`;
}

function withoutNamed(headers: string[], connection: string): string[] {
  if (connection === '') return headers;
  const named = new Set(connection.split(',').map((token) => token.trim()));
  for (const name of ['', 'close', 'keep-alive', 'upgrade', 'content-length', 'via', 'set-cookie']) named.delete(name);
  if (named.size === 0) return headers;
  return headers.filter((_text, i) => !named.has(headers[i - (i % 2)]!.toLowerCase()));
}
