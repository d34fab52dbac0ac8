// An answer as frames of HTTP/2.
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AnswerOut } from '../out/answer-out.js';
import { interimHeaders, type ResponseHead } from '../out/response-head.js';
import type { RawAnswer } from '../wire/status-line.js';
import { OF_A_CONNECTION } from './head.js';

/** From here on a stream says when it has been read. */
const LEAST_BUFFER = 65_536;
const RESET_CONTENT = 205;

/** The connection that a request is one of many on, as it asks of it. */
export interface Carrier {
  /** Requests at work, 1 at least. */
  readonly streams: number;
  /** Bytes of bodies were given to be sent. */
  countBody(bytes: number): void;
}

export class AnswerFrames implements AnswerOut {
  given = 0;
  private readonly stream: ServerHttp2Stream;
  private readonly carrier: Carrier;
  private trailers: readonly string[] = [];

  constructor(stream: ServerHttp2Stream, carrier: Carrier) {
    this.stream = stream;
    this.carrier = carrier;
    stream.on('wantTrailers', () => stream.sendTrailers(fieldsOf(this.trailers)));
  }

  open(): void {}

  flush(): void {}

  interim(raw: RawAnswer): void {
    const headers = interimHeaders(raw);
    if (headers && this.isOpen) this.stream.additionalHeaders({ ...fieldsOf(headers.headers), ':status': raw.status });
  }

  head({ status, headers }: ResponseHead, isOpenEnded: boolean): boolean {
    if (status > 599) return false;
    const fields = fieldsOf(headers);
    if (status === RESET_CONTENT) delete fields['content-length'];
    if (this.isOpen) this.stream.respond({ ...fields, ':status': status }, { waitForTrailers: isOpenEnded && status !== RESET_CONTENT });
    return true;
  }

  body(chunk: Buffer, start: number, end: number): void {
    if (!this.isOpen || this.stream.writableEnded) return;
    this.given += end - start;
    this.carrier.countBody(end - start);
    this.stream.write(chunk.subarray(start, end));
  }

  end(trailers: readonly string[]): void {
    this.trailers = trailers;
  }

  isFull(mostBytes: number): boolean {
    return this.stream.writableLength >= Math.max(LEAST_BUFFER, mostBytes / this.carrier.streams);
  }

  private get isOpen(): boolean {
    return !this.stream.destroyed && !this.stream.closed;
  }
}

/** What is said more than once is one list, but for cookies. Names of connections are none of this protocol's: node throws at them. */
export function fieldsOf(headers: readonly string[]): OutgoingHttpHeaders {
  const fields = new Map<string, string | string[]>();
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i]!.toLowerCase(), headers[i + 1]!];
    const before = fields.get(name);
    if (OF_A_CONNECTION.has(name) || name === 'te') continue;
    if (name === 'set-cookie') fields.set(name, [...(before ?? []), value]);
    else fields.set(name, before === undefined ? value : `${String(before)}, ${value}`);
  }
  return Object.fromEntries(fields);
}
