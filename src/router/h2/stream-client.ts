// One request of an HTTP/2 connection, as those see it who serve it.
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { lookAtExchange } from '../in/clocks.js';
import { renderPage, type Page } from '../in/error-page.js';
import { end, fail, type BodySink, type ClientSide, type Exchange } from '../in/exchange.js';
import type { RequestHead } from '../in/request-head.js';
import type { Peer } from '../peer/peer.js';
import type { Limits } from '../limits.js';
import type { ProxyParts } from '../parts.js';
import { AnswerFrames, fieldsOf, type Carrier } from './answer-frames.js';

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR } = constants;

interface Connection extends Carrier {
  readonly peer: Peer;
  readonly toldProtocol: string;
  readonly parts: ProxyParts;
  bytesMoved(): number;
  forget(client: StreamClient): void;
}

export class StreamClient implements ClientSide {
  readonly protocol = 'https';
  readonly version = '2.0';
  readonly isOld = false;
  readonly out: AnswerFrames;
  exchange: Exchange | null = null;
  /** Of no meaning here: the connection goes on whatever becomes of a request. */
  keepsAlive = true;
  hasAnswered = false;
  isClosed = false;
  /** Whether it was ended by us, not by the client. */
  isCutOff = false;
  private readonly stream: ServerHttp2Stream;
  private readonly session: Connection;
  private sink: BodySink | null = null;
  private isWhole: boolean;
  private isRead = false;
  private expectsContinue = false;
  private wanted: number | 'chunked' = 0;
  private received = 0;
  /** Whether all of the answer has been said; when (monotonic); whether all of it is out. */
  private isSaid = false;
  private saidTick = 0;
  private isOut = false;

  constructor(stream: ServerHttp2Stream, session: Connection, endsHere: boolean) {
    this.stream = stream;
    this.session = session;
    this.isWhole = endsHere;
    this.out = new AnswerFrames(stream, session);
    // Said at once where nothing comes, whether or not anyone reads yet.
    stream.on('end', () => this.onEnd());
    stream.on('drain', () => this.exchange?.attempt?.resume());
    stream.on('finish', () => this.onFinish());
    stream.on('close', () => this.onClose());
  }

  get ip(): string {
    return this.session.peer.ip;
  }

  get localPort(): number {
    return this.session.peer.localPort;
  }

  get isTrusted(): boolean {
    return this.session.peer.isTrusted;
  }

  get toldProtocol(): string {
    return this.session.toldProtocol;
  }

  begin(head: RequestHead): void {
    this.wanted = head.length;
    this.expectsContinue = head.expects !== null;
  }

  startBody(sink: BodySink): void {
    this.sink = sink;
    if (this.expectsContinue) this.sayContinue();
    this.expectsContinue = false;
    if (this.isRead) return void this.stream.resume();
    this.isRead = true;
    this.stream.on('data', (chunk: Buffer) => this.take(chunk));
    if (this.stream.readableEnded) this.onEnd();
  }

  stopBody(): void {
    this.sink = null;
  }

  pauseBody(): void {
    this.stream.pause();
  }

  resumeBody(): void {
    this.stream.resume();
  }

  /** What waits in the stream goes when the connection lets it. */
  bytesMoved(): number {
    return this.received + this.out.given + (this.stream.writableLength > 0 ? this.session.bytesMoved() : 0);
  }

  sayContinue(): void {
    if (!this.isGone) this.stream.additionalHeaders({ ':status': 100 });
  }

  answerPage(status: number, page: Page): void {
    const { headers, body } = renderPage(page);
    this.answer(status, headers, body);
  }

  answerText(status: number, headers: readonly string[], body: string): void {
    this.answer(status, [...headers, 'Content-Length', String(Buffer.byteLength(body))], body);
  }

  private answer(status: number, headers: readonly string[], body: string): void {
    this.hasAnswered = true;
    if (this.isGone) return;
    this.stream.respond({ ...fieldsOf(headers), ':status': status });
    if (!this.stream.writableEnded) this.stream.write(body);
    this.finishAnswer();
  }

  lastHeaders(): string {
    return '';
  }

  finishAnswer(): void {
    this.isSaid = true;
    this.saidTick = performance.now();
    if (!this.stream.writableEnded) this.stream.end();
    if (this.isOut) this.answered();
  }

  detach(): { socket: Socket; ahead: Buffer } {
    throw new Error('HTTP/2 switches to no other protocol');
  }

  endExchange(x: Exchange): void {
    if (x.isOver) return;
    end(x, this.session.parts.lines);
    this.session.parts.counts.add(x);
  }

  destroy(code: number = NGHTTP2_INTERNAL_ERROR): void {
    this.isCutOff = true;
    if (this.isGone) return;
    // node ends a stream before it resets it: what was cut off would look whole.
    if (code !== NGHTTP2_NO_ERROR) this.stream._final = (done) => done();
    this.stream.close(code);
  }

  /** Ends it where something has taken too long. */
  look(now: number, limits: Limits): void {
    const x = this.exchange;
    if (x?.attempt) return lookAtExchange(x, x.attempt, now, limits);
    if (!this.isSaid || now - this.saidTick <= limits.idleMs) return;
    if (x) fail(x, { code: 'H28' });
    this.destroy();
  }

  private get isGone(): boolean {
    return this.stream.destroyed || this.stream.closed;
  }

  private take(chunk: Buffer): void {
    this.received += chunk.length;
    this.session.countBody(chunk.length);
    if (this.wanted !== 'chunked' && this.received > this.wanted) return this.refuseBody();
    this.sink?.write(chunk);
  }

  private onEnd(): void {
    // node ends what a client resets without an error, too.
    if (this.stream.closed) return;
    this.isWhole = true;
    if (this.wanted !== 'chunked' && this.received < this.wanted) return this.refuseBody();
    this.sink?.end();
  }

  // Less or more than its head says: a dyno would take what follows for another request, or wait for it.
  private refuseBody(): void {
    if (this.exchange)
      fail(this.exchange, { code: 'H26', status: 400, cause: 'bad length', message: 'The body is not as long as it says.' });
    this.destroy();
  }

  private onFinish(): void {
    this.isOut = true;
    if (this.isSaid) this.answered();
  }

  private answered(): void {
    if (this.exchange) this.endExchange(this.exchange);
    // What is left of a body that nobody reads needn't come (RFC 9113 §8.1).
    if (!this.isWhole) this.destroy(NGHTTP2_NO_ERROR);
  }

  private onClose(): void {
    this.isClosed = true;
    const x = this.exchange;
    this.session.forget(this);
    if (!x) return;
    // When both sides have ended, it may be closed before it says that it has finished.
    if (!this.isSaid || this.stream.rstCode !== NGHTTP2_NO_ERROR) x.failure ??= { code: 'H27' };
    this.endExchange(x);
  }
}
