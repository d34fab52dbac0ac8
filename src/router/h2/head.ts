// The head of an HTTP/2 request, as HTTP/1.1 would say it (RFC 9113 §8.3), so that all rules are those of one place. Pure.
import { badHead, type BadHead } from '../in/bad-head.js';
import type { RawHead } from '../in/request-head.js';
import { isToken } from '../wire/header-lines.js';

/** What tells of a connection, and has no meaning here (RFC 9113 §8.2.2). */
export const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
const PSEUDO = new Set([':method', ':scheme', ':authority', ':path']);
const PATH = /^\/[\x21-\x7e]*$/;

/** `fields` are names and values in turns, `endsHere` whether the request has no body. */
export function rawHeadOf(fields: readonly string[], endsHere: boolean): RawHead | BadHead {
  const pseudo = new Map<string, string>();
  const rawHeaders: string[] = [];
  const hosts: string[] = [];
  const cookies: string[] = [];
  let tellsLength = false;
  for (let i = 0; i < fields.length; i += 2) {
    const [name, value] = [fields[i]!, fields[i + 1]!];
    if (name.startsWith(':')) {
      const isOutOfPlace = rawHeaders.length + hosts.length + cookies.length > 0;
      if (!PSEUDO.has(name) || pseudo.has(name) || isOutOfPlace)
        return badHead(400, 'A pseudo-header is unknown, twice there or out of place.');
      pseudo.set(name, value);
      continue;
    }
    if (!isToken(name) || /[A-Z]/.test(name)) return badHead(400, 'Names of headers are in lower case, without blanks.');
    if (OF_A_CONNECTION.has(name)) return badHead(400, `HTTP/2 has no header ${name}.`);
    if (name === 'te' && value !== 'trailers') return badHead(400, 'In HTTP/2, TE may only say "trailers".');
    if (name === 'content-length') tellsLength = true;
    if (name === 'host') hosts.push(value);
    else if (name === 'cookie') cookies.push(value);
    else rawHeaders.push(name, value);
  }
  const [method = '', scheme = '', authority, path = ''] = [...PSEUDO].map((name) => pseudo.get(name));
  if (!isToken(method)) return badHead(400, 'A request needs a method.', 'bad method');
  if (method !== 'CONNECT' && !/^https?$/.test(scheme)) return badHead(400, 'The scheme must be https.');
  if (method !== 'CONNECT' && !PATH.test(path)) return badHead(400, 'The request target must be a path.', 'bad path');
  if (authority !== undefined && hosts.some((host) => host.toLowerCase() !== authority.toLowerCase())) {
    return badHead(400, 'Host and :authority must be the same.');
  }
  // Cookies may come in pieces (RFC 9113 §8.2.3).
  if (cookies.length > 0) rawHeaders.push('cookie', cookies.join('; '));
  for (const host of authority === undefined ? hosts : [authority]) rawHeaders.push('host', host);
  if (!endsHere && !tellsLength) rawHeaders.push('transfer-encoding', 'chunked');
  return { method, url: method === 'CONNECT' ? (authority ?? '') : path, httpVersion: '1.1', rawHeaders };
}
