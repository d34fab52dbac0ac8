// Why node's parser refused a client's bytes, as far as they can be read. Pure.
import { badHead, UNSUPPORTED_VERSION, type BadHead } from './bad-head.js';
import { MAX_METHOD, MAX_REQUEST_HEAD } from '../limits.js';

export type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer; bytesParsed?: number };

const REQUEST_LINE = /^([\w!#$%&'*+.^`|~-]+) \S+ HTTP\/\d\.\d$/;

/** What the client is told. */
export function readRefusal(error: ParserError): BadHead {
  if (error.code === 'HPE_HEADER_OVERFLOW') return badHead(431, `The head of a request may have ${MAX_REQUEST_HEAD} bytes.`);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return badHead(408, 'The head of the request did not come in time.');
  const [line, method = ''] = REQUEST_LINE.exec(lineOf(error)) ?? [];
  if (line && /HPE_INVALID_VERSION|HPE_PAUSED_H2_UPGRADE/.test(error.code ?? '')) return UNSUPPORTED_VERSION;
  if (error.code === 'HPE_INVALID_METHOD' && method && method.length <= MAX_METHOD) {
    return badHead(501, `The method ${method} is not supported.`, 'unsupported method');
  }
  return badHead(400, 'This is not a valid HTTP request.');
}

/** The line of the packet in which the parser stopped; the first, where it stopped behind it. */
function lineOf({ code, rawPacket, bytesParsed = 0 }: ParserError): string {
  const text = rawPacket?.subarray(0, 65_536).toString('latin1') ?? '';
  const start = code === 'HPE_PAUSED_H2_UPGRADE' ? 0 : text.lastIndexOf('\n', bytesParsed - 1) + 1;
  return text.slice(start, text.indexOf('\r\n', start));
}
