// A dyno's answer on its way to the client, read strictly.
import { affinityCookie } from '../affinity.js';
import { MAX_RESPONSE_HEAD } from '../limits.js';
import type { BodyReader } from '../wire/body.js';
import { readBody } from '../wire/body-reader.js';
import { HeadBuffer } from '../wire/head-buffer.js';
import { mayBecomeAnswer, parseAnswerHead, type RawAnswer } from '../wire/status-line.js';
import { framingOf, type AnswerFraming } from './answer-framing.js';
import type { Answering } from './answering.js';
import { readResponseHead, type ResponseHead } from './response-head.js';
import { switchProtocol } from './switch-protocol.js';

/** How much of a head is looked at for what can't become one. */
const BEGINNING = 16_384;
const MOST_INTERIM = 100;
const NOT_IN_TRAILERS =
  /^(transfer-encoding|content-length|host|connection|keep-alive|proxy-connection|trailer|te|upgrade|via|set-cookie|authorization)$/i;

export class Answer {
  private readonly a: Answering;
  private readonly head = new HeadBuffer(MAX_RESPONSE_HEAD);
  private body: BodyReader | null = null;
  private framing: AnswerFraming | null = null;
  private interims = 0;
  private hasRest = false;

  constructor(a: Answering) {
    this.a = a;
  }

  receive(chunk: Buffer): void {
    const { out } = this.a.x.client;
    out.open(chunk.length);
    this.read(chunk);
    out.flush();
    if (this.a.stage === 'answering') this.a.watch();
    if (this.body?.isDone && this.a.stage === 'answering') return this.finish();
    if (this.body?.isBroken) return this.a.fail({ code: 'H18' });
    if (out.isFull(this.a.parts.limits.bufferBytes) && this.a.stage !== 'over') this.a.pause();
  }

  endsWithConnection(): boolean {
    return this.framing?.length === 'until close';
  }

  /** The connection's end is the answer's. */
  end(): void {
    const { out } = this.a.x.client;
    out.end([]);
    out.flush();
    this.a.answered(0);
  }

  private read(chunk: Buffer): void {
    let at = 0;
    while (!this.body && at < chunk.length) at = this.readHead(chunk, at);
    if (!this.body || this.a.stage !== 'answering') return;
    if (!this.body.isDone) at = this.body.read(chunk, at, this.take);
    this.hasRest = at < chunk.length;
    if (this.body.isDone) this.a.x.client.out.end(trailersOf(this.body.trailers));
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
    return this.begin(answer, framing) ? at : this.refuse(chunk);
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
    x.client.out.interim(raw);
    return at;
  }

  private begin(answer: ResponseHead, framing: AnswerFraming): boolean {
    const { client } = this.a.x;
    const cookie = affinityCookie(this.a.x);
    if (cookie) answer.headers.push('Set-Cookie', cookie);
    if (!client.out.head(answer, framing.length === 'chunked' || framing.length === 'until close')) return false;
    this.framing = framing;
    this.body = readBody(framing.length);
    client.hasAnswered = true;
    this.a.answering(answer.status, answer.isEventStream);
    return true;
  }

  private readonly take = (chunk: Buffer, start: number, end: number): void => this.a.x.client.out.body(chunk, start, end);

  private finish(): void {
    const { keepsAlive, keepsForMs } = this.framing!;
    this.a.answered(keepsAlive && !this.hasRest ? keepsForMs : 0);
  }
}

function trailersOf(trailers: string[]): string[] {
  return trailers.length === 0 ? trailers : trailers.filter((_text, i) => !NOT_IN_TRAILERS.test(trailers[i - (i % 2)]!));
}
