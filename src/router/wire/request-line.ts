// The head of a request, from its bytes to names and values. Pure; what the values mean is in/request-head.ts's to judge.
import { badHead, type BadHead } from '../in/bad-head.js';
import type { RawHead } from '../in/request-head.js';
import { MAX_METHOD, MAX_REQUEST_LINE } from '../limits.js';
import { isForeign, readHeaderLines } from './header-lines.js';

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/(\d\.\d)$/;

/** `text` is the head without its last empty line. */
export function parseRequestHead(text: string): RawHead | BadHead {
  const lineEnd = text.indexOf('\r\n');
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  if (isForeign(text)) return NO_REQUEST;
  if (line.length > MAX_REQUEST_LINE) return badHead(414, `The request line may have ${MAX_REQUEST_LINE} bytes.`, 'request line too long');
  const parts = REQUEST_LINE.exec(line);
  if (!parts) return NO_REQUEST;
  const [, method = '', url = '', httpVersion = ''] = parts;
  if (method.length > MAX_METHOD) return badHead(400, `Methods may have ${MAX_METHOD} characters.`, 'bad method');
  const rawHeaders = lineEnd < 0 ? [] : readHeaderLines(text, lineEnd + 2);
  return rawHeaders ? { method, url, httpVersion, rawHeaders } : NO_REQUEST;
}

export const NO_REQUEST = badHead(400, 'This is not a valid HTTP request.');
