// An answer as HTTP/1.1 writes it, framed anew where the client's version differs from the dyno's.
import type { Socket } from 'node:net';
import type { AnswerOut } from '../out/answer-out.js';
import { interimHeaders, type ResponseHead } from '../out/response-head.js';
import type { RawAnswer } from '../wire/status-line.js';

/** Up to this, bytes of a body leave in one string with what is framed around them. */
const SMALL = 16_384;

interface Reader {
  readonly socket: Socket;
  readonly isOld: boolean;
  keepsAlive: boolean;
  lastHeaders(): string;
}

export class AnswerText implements AnswerOut {
  private readonly reader: Reader;
  private isChunked = false;
  private isCorked = false;
  /** What leaves next. */
  private text = '';

  constructor(reader: Reader) {
    this.reader = reader;
  }

  open(bytes: number): void {
    if (bytes <= SMALL) return;
    this.isCorked = true;
    this.reader.socket.cork();
  }

  flush(): void {
    this.write();
    if (this.isCorked) this.reader.socket.uncork();
    this.isCorked = false;
  }

  interim(raw: RawAnswer): void {
    if (this.reader.isOld) return;
    const headers = interimHeaders(raw);
    if (headers) this.reader.socket.write(`HTTP/1.1 ${raw.status} ${headers.reason}\r\n${linesOf(headers.headers)}\r\n`, 'latin1');
  }

  head({ status, reason, headers }: ResponseHead, isOpenEnded: boolean): boolean {
    const { reader } = this;
    this.isChunked = isOpenEnded && !reader.isOld;
    if (isOpenEnded && reader.isOld) reader.keepsAlive = false;
    let text = `HTTP/1.1 ${status} ${reason}\r\n`;
    let hasDate = false;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i]!;
      if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
      text += `${name}: ${headers[i + 1]}\r\n`;
    }
    const last = reader.lastHeaders();
    text += hasDate ? last.slice(last.indexOf('\r\n') + 2) : last;
    this.text = this.isChunked ? `${text}Transfer-Encoding: chunked\r\n\r\n` : `${text}\r\n`;
    return true;
  }

  body(chunk: Buffer, start: number, end: number): void {
    if (this.isChunked) this.text += `${(end - start).toString(16)}\r\n`;
    if (end - start <= SMALL) this.text += chunk.toString('latin1', start, end);
    else {
      this.write();
      this.reader.socket.write(chunk.subarray(start, end));
    }
    if (this.isChunked) this.text += '\r\n';
  }

  end(trailers: readonly string[]): void {
    if (this.isChunked) this.text += `0\r\n${linesOf(trailers)}\r\n`;
  }

  isFull(mostBytes: number): boolean {
    return this.reader.socket.writableLength >= mostBytes;
  }

  private write(): void {
    if (this.text !== '') this.reader.socket.write(this.text, 'latin1');
    this.text = '';
  }
}

function linesOf(headers: readonly string[]): string {
  let text = '';
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return text;
}
