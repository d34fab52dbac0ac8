// What a client sends ahead of its turn: heads, which are bounded, or a body, which can wait at the client.
import { HeadBuffer } from '../wire/head-buffer.js';
import { parseRequestHead } from '../wire/request-line.js';
import { MAX_REQUEST_HEAD } from '../limits.js';
import { isBad, readRequestHead } from './request-head.js';

export interface AheadOfTurn {
  ahead: Buffer[];
}

/** Whether a request with a body is among what waits: what follows its head is bytes of the body. */
export function holdsBody({ ahead }: AheadOfTurn): boolean {
  const bytes = Buffer.concat(ahead);
  const buffer = new HeadBuffer(MAX_REQUEST_HEAD);
  for (let at = 0; at < bytes.length;) {
    at = buffer.take(bytes, at);
    if (buffer.state !== 'whole') return false;
    const raw = parseRequestHead(buffer.text);
    if ('cause' in raw) return false;
    const head = readRequestHead(raw);
    if (isBad(head)) return false;
    if (head.hasBody) return true;
  }
  return false;
}
