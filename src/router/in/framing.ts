// Where a request's body ends, as its head says: refused where two readers could disagree (RFC 9112 §6). Pure.
import { badHead, type BadHead } from './bad-head.js';
import { trimmed } from '../wire/header-lines.js';

export interface Framing {
  /** Values of Transfer-Encoding, one for each line. */
  codings: readonly string[];
  /** Values of Content-Length. */
  lengths: readonly string[];
}

/** What is wrong with it; null where there is one reading only. */
export function faultOfFraming(httpVersion: string, { codings, lengths }: Framing): BadHead | null {
  if (lengths.length > 1) return badHead(400, 'A request may say its Content-Length once.');
  if (lengths.length > 0 && !isLength(lengths[0]!)) return badHead(400, 'Content-Length must be a number of bytes.');
  const [coding] = codings;
  if (coding === undefined) return null;
  if (codings.length > 1) return badHead(400, 'A request may say its Transfer-Encoding once.');
  if (lengths.length > 0) return badHead(400, 'A request has a Content-Length or a Transfer-Encoding, not both.');
  if (httpVersion === '1.0') return badHead(400, 'HTTP/1.0 knows no Transfer-Encoding.');
  const names = coding
    .toLowerCase()
    .split(',')
    .map((name) => trimmed(name, 0, name.length));
  if (names.indexOf('chunked') !== names.length - 1) return badHead(400, 'Transfer-Encoding must end with "chunked", once.');
  // The coding would have to be undone here, since Transfer-Encoding is for one connection only.
  return names.length === 1 ? null : badHead(501, 'The only Transfer-Encoding that is supported is "chunked".');
}

/** Whether a Content-Length is one that is read in one way only. */
export function isLength(text: string): boolean {
  return /^\d{1,20}$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;
}
