// A dyno's answer on its way to the client: read strictly, framed anew where the two speak different versions.
import { MAX_RESPONSE_HEAD } from '../limits.js';
import type { BodyReader } from '../wire/body.js';
import { readBody } from '../wire/body-reader.js';
import { HeadBuffer } from '../wire/head-buffer.js';
import { mayBecomeAnswer, parseAnswerHead, type RawAnswer } from '../wire/status-line.js';
import { framingOf, type AnswerFraming } from './answer-framing.js';
import type { Answering } from './answering.js';
import { interimHead, readResponseHead, type ResponseHead } from './response-head.js';
import { switchProtocol } from './switch-protocol.js';

/** Up to this, bytes of a body leave in one string with what is framed around them. */
const SMALL = 16_384;
/** How much of a head is looked at for what can't become one. */
const BEGINNING = 16_384;
const MOST_INTERIM = 100;
const NOT_IN_TRAILERS = /^(transfer-encoding|content-length|host|connection|trailer|te|upgrade|via|set-cookie|authorization)$/i;

export class Answer {
  private readonly a: Answering;
  private readonly head = new HeadBuffer(MAX_RESPONSE_HEAD);
  private body: BodyReader | null = null;
  private framing: AnswerFraming | null = null;
  private isChunked = false;
  private interims = 0;
  /** What leaves next. */
  private out = '';
  private hasRest = false;

  constructor(a: Answering) {
    this.a = a;
  }

  receive(chunk: Buffer): void {
    const { socket } = this.a.x.client;
    const isLarge = chunk.length > SMALL;
    if (isLarge) socket.cork();
    this.read(chunk);
    this.flush();
    if (isLarge) socket.uncork();
    if (this.a.stage === 'answering') this.a.watch();
    if (this.body?.isDone && this.a.stage === 'answering') return this.finish();
    if (this.body?.isBroken) return this.a.fail({ code: 'H18' });
    if (socket.writableLength >= this.a.parts.limits.bufferBytes && this.a.stage !== 'over') this.a.pause();
  }

  endsWithConnection(): boolean {
    return this.framing?.length === 'until close';
  }

  /** The connection's end is the answer's. */
  end(): void {
    if (this.isChunked) this.out += '0\r\n\r\n';
    this.flush();
    this.a.answered(0);
  }

  private read(chunk: Buffer): void {
    let at = 0;
    while (!this.body && at < chunk.length) at = this.readHead(chunk, at);
    if (!this.body || this.a.stage !== 'answering') return;
    if (!this.body.isDone) at = this.body.read(chunk, at, this.take);
    this.hasRest = at < chunk.length;
    if (this.body.isDone && this.isChunked) this.out += `0\r\n${trailersOf(this.body.trailers)}\r\n`;
  }

  private readHead(chunk: Buffer, from: number): number {
    const { a, head } = this;
    const at = head.take(chunk, from);
    if (head.state === 'partial') {
      if (head.size < BEGINNING && !mayBecomeAnswer(head.soFar())) a.fail({ code: 'H17' });
      return at;
    }
    if (head.state === 'oversized') return this.refuse(chunk, 'oversized header');
    const raw = head.state === 'whole' ? parseAnswerHead(head.text) : null;
    if (!raw) return this.refuse(chunk);
    if (raw.status < 200) return this.readInterim(raw, chunk, at);
    const framing = framingOf(raw, a.x.head.method);
    if (framing === 'length') return this.refuse(chunk, 'invalid content length');
    if (framing === 'coding') return this.refuse(chunk);
    const answer = readResponseHead(raw.status, raw.headers, raw.reason);
    if (typeof answer === 'string') return this.refuse(chunk, answer);
    this.begin(answer, framing);
    return at;
  }

  /** H17, or H25 for what Heroku restricts. Nothing more is read. */
  private refuse(chunk: Buffer, restriction?: string): number {
    this.a.fail(restriction ? { code: 'H25', desc: `HTTP restriction: ${restriction}` } : { code: 'H17' });
    return chunk.length;
  }

  private readInterim(raw: RawAnswer, chunk: Buffer, at: number): number {
    const { x } = this.a;
    this.interims += 1;
    if (raw.status === 101 && x.head.upgrade !== null) {
      switchProtocol(this.a, raw.headers, chunk.subarray(at));
      return chunk.length;
    }
    if (raw.status <= 101 || this.interims > MOST_INTERIM) return this.refuse(chunk);
    // At once: what ends the attempt, or switches it, says so past what leaves next.
    if (!x.head.isOld) x.client.socket.write(interimHead(raw), 'latin1');
    return at;
  }

  private begin(answer: ResponseHead, framing: AnswerFraming): void {
    const { a } = this;
    const { client, head } = a.x;
    this.framing = framing;
    this.body = readBody(framing.length);
    const isOpen = framing.length === 'chunked' || framing.length === 'until close';
    this.isChunked = isOpen && !head.isOld;
    if (isOpen && head.isOld) client.keepsAlive = false;
    const { headers } = answer;
    let text = `HTTP/1.1 ${answer.status} ${answer.reason}\r\n`;
    let hasDate = false;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i]!;
      if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
      text += `${name}: ${headers[i + 1]}\r\n`;
    }
    const last = client.lastHeaders();
    text += hasDate ? last.slice(last.indexOf('\r\n') + 2) : last;
    this.out += this.isChunked ? `${text}Transfer-Encoding: chunked\r\n\r\n` : `${text}\r\n`;
    client.hasAnswered = true;
    a.answering(answer.status, answer.isEventStream);
  }

  private readonly take = (chunk: Buffer, start: number, end: number): void => {
    if (this.isChunked) this.out += `${(end - start).toString(16)}\r\n`;
    if (end - start <= SMALL) this.out += chunk.toString('latin1', start, end);
    else {
      this.flush();
      this.a.x.client.socket.write(chunk.subarray(start, end));
    }
    if (this.isChunked) this.out += '\r\n';
  };

  private flush(): void {
    if (this.out !== '') this.a.x.client.socket.write(this.out, 'latin1');
    this.out = '';
  }

  private finish(): void {
    const { keepsAlive, keepsForMs } = this.framing!;
    this.a.answered(keepsAlive && !this.hasRest ? keepsForMs : 0);
  }
}

function trailersOf(trailers: string[]): string {
  let text = '';
  for (let i = 0; i < trailers.length; i += 2) if (!NOT_IN_TRAILERS.test(trailers[i]!)) text += `${trailers[i]}: ${trailers[i + 1]}\r\n`;
  return text;
}
