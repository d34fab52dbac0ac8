// What a client sends ahead of its turn: heads, which are bounded, or a body, which can wait at the client.
import { HeadBuffer } from '../wire/head-buffer.js';
import { parseRequestHead } from '../wire/request-line.js';
import { MAX_REQUEST_HEAD } from '../limits.js';
import { isBad, readRequestHead } from './request-head.js';

/** A packet of one byte takes some 200 of memory: so many are one from time to time. */
const MOST_PACKETS = 64;

/** What has come, in as few buffers as its packets allow. */
export class AheadOfTurn {
  bytes = 0;
  packets: Buffer[] = [];

  add(chunk: Buffer): void {
    this.packets.push(chunk);
    this.bytes += chunk.length;
    if (this.packets.length > MOST_PACKETS) this.packets = [Buffer.concat(this.packets)];
  }

  /** All of it; nothing is left. */
  take(): Buffer {
    const all = this.packets.length === 1 ? this.packets[0]! : Buffer.concat(this.packets);
    this.clear();
    return all;
  }

  clear(): void {
    this.packets = [];
    this.bytes = 0;
  }
}

/** Whether a request with a body is among what waits: what follows its head is bytes of the body. */
export function holdsBody({ packets }: AheadOfTurn): boolean {
  const bytes = Buffer.concat(packets);
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
