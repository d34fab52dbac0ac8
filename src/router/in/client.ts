// One client's connection: heads and bodies as they come, one request at a time, and its answers.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import { MAX_REQUEST_HEAD } from '../limits.js';
import { bytesMoved } from '../out/idle-window.js';
import type { Refusal } from '../parts.js';
import type { BodyReader } from '../wire/body.js';
import { readBody } from '../wire/body-reader.js';
import { HeadBuffer } from '../wire/head-buffer.js';
import { NO_REQUEST, parseRequestHead } from '../wire/request-line.js';
import type { Peer } from '../peer/peer.js';
import { ONE_TOO_MANY, OVERSIZED, TOO_LATE, TOO_MANY_HEADS, type BadHead } from './bad-head.js';
import { AheadOfTurn, holdsBody } from './ahead-of-turn.js';
import { AnswerText } from './answer-text.js';
import { connectionHeaders } from './connection-headers.js';
import { renderPage, refusalPage, type Page } from './error-page.js';
import { end, fail, type BodySink, type ClientSide, type Exchange } from './exchange.js';
import { findOutWhetherGone } from './half-close.js';
import { SMALL_HEAD, type HeadOwner } from './heads-in-flight.js';
import type { ClientView, Phase, Port } from './port.js';
import type { RequestHead } from './request-head.js';
import { tellRefusal } from './tell-refusal.js';

/** Of a body that nobody takes yet; then the client is read no further. */
const MOST_WAITING = 65_536;

export class Client implements ClientSide, ClientView, HeadOwner {
  readonly socket: Socket;
  readonly ip: string;
  readonly protocol: 'http' | 'https';
  readonly toldProtocol: string;
  readonly isTrusted: boolean;
  readonly localPort: number;
  exchange: Exchange | null = null;
  readonly version = '1.1';
  readonly out = new AnswerText(this);
  keepsAlive = true;
  hasAnswered = false;
  isClosed = false;
  hasEnded = false;
  phase: Phase = 'idle';
  sinceTick = performance.now();
  isUnread = false;
  isFresh = true;
  isOld = false;
  private readonly ahead = new AheadOfTurn();
  private readonly port: Port;
  private readonly head = new HeadBuffer(MAX_REQUEST_HEAD);
  private method = '';
  private body: BodyReader | null = null;
  private sink: BodySink | null = null;
  private isDraining = false;
  private isReading = false;
  private isUpgrade = false;
  private expectsContinue = false;
  private heldHead = 0;

  private readonly isOneTooMany: boolean;

  constructor(socket: Socket, port: Port, peer: Peer) {
    this.socket = socket;
    this.port = port;
    this.ip = peer.ip;
    this.localPort = peer.localPort;
    this.isTrusted = peer.isTrusted;
    this.isOneTooMany = peer.isOneTooMany;
    this.protocol = socket instanceof TLSSocket ? 'https' : 'http';
    this.toldProtocol = this.protocol;
    port.clients.add(this);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.exchange?.attempt?.resume());
    socket.on('end', () => this.onEnd());
    socket.on('error', () => undefined);
    socket.on('close', () => this.onClose());
  }

  get headBytes(): number {
    return this.head.size;
  }

  /** Whether all of the request has come. */
  get isWhole(): boolean {
    return this.body === null || this.body.isDone;
  }

  get isDrained(): boolean {
    return this.isDraining;
  }

  destroy(): void {
    this.socket.destroy();
  }

  begin(head: RequestHead): void {
    this.isOld = head.isOld;
    this.isUpgrade = head.upgrade !== null;
    if (!head.keepsAlive || this.isUpgrade) this.keepsAlive = false;
    this.body = head.hasBody ? readBody(head.length) : null;
    this.expectsContinue = head.expects !== null && !head.isOld;
  }

  startBody(sink: BodySink): void {
    this.sink = sink;
    if (this.expectsContinue) this.sayContinue();
    this.expectsContinue = false;
    this.readAhead();
  }

  stopBody(): void {
    this.sink = null;
  }

  pauseBody(): void {
    this.socket.pause();
  }

  resumeBody(): void {
    this.socket.resume();
  }

  bytesMoved(): number {
    return bytesMoved(this.socket);
  }

  sayContinue(): void {
    this.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  answerPage(status: number, page: Page): void {
    const { headers, body } = renderPage(page);
    this.answer(status, headers, body);
  }

  answerText(status: number, headers: readonly string[], body: string): void {
    this.answer(status, [...headers, 'Content-Length', String(Buffer.byteLength(body))], body);
  }

  private answer(status: number, headers: readonly string[], body: string): void {
    // A client that hasn't sent all of its request may never do so: its connection can't be used again.
    if (!this.isWhole) this.keepsAlive = false;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
    for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
    text += `${this.lastHeaders()}\r\n${this.method === 'HEAD' ? '' : body}`;
    this.hasAnswered = true;
    this.socket.write(text);
    this.finishAnswer();
  }

  lastHeaders(): string {
    if (this.port.isClosing || (this.hasEnded && this.ahead.bytes === 0)) this.keepsAlive = false;
    return connectionHeaders(this.keepsAlive, this.port.parts.limits.keepAliveMs);
  }

  finishAnswer(): void {
    if (this.socket.writableLength === 0) return this.answered();
    this.isUnread = true;
    this.sinceTick = performance.now();
    // What couldn't be sent is told when the connection has closed.
    this.socket.write('', (error) => {
      if (!error) this.answered();
    });
  }

  /** The answer ends without another request being possible. */
  leave(): void {
    this.phase = 'leaving';
    this.sinceTick = performance.now();
    this.ahead.clear();
    this.port.heads.grow(this, 0);
    this.socket.end();
    if (this.hasEnded) this.socket.destroySoon();
    else this.socket.resume();
  }

  /** Ends it for heads that are too many or too late. */
  cutOff(bad: BadHead = TOO_MANY_HEADS): void {
    if (this.exchange || this.phase !== 'idle' || !this.socket.writable) return this.destroy();
    this.say(bad, null);
  }

  tooLate(): void {
    this.cutOff(TOO_LATE);
  }

  neverRead(): void {
    if (this.exchange) fail(this.exchange, { code: 'H28' });
    this.destroy();
  }

  detach(): { socket: Socket; ahead: Buffer } {
    this.phase = 'switched';
    this.hasAnswered = true;
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    this.port.heads.grow(this, 0);
    return { socket: this.socket, ahead: this.ahead.take() };
  }

  endExchange(x: Exchange): void {
    if (x.isOver) return;
    end(x, this.port.parts.lines);
    this.port.parts.counts.add(x);
  }

  private receive(chunk: Buffer): void {
    if (this.ahead.bytes > 0) this.keep(chunk);
    else this.read(chunk);
  }

  private readAhead(): void {
    if (this.isReading || this.isClosed) return;
    if (this.ahead.bytes > 0) {
      const chunk = this.ahead.take();
      this.port.heads.grow(this, 0);
      this.read(chunk);
    }
    if (this.hasEnded && !this.isWhole && this.ahead.bytes === 0) return this.destroy();
    if (this.socket.isPaused() && this.ahead.bytes < MOST_WAITING && !this.exchange?.attempt?.isHeldByDyno) this.socket.resume();
  }

  private read(chunk: Buffer): void {
    this.isReading = true;
    for (let at = 0; at < chunk.length && !this.isClosed && this.phase !== 'leaving';) {
      if (this.phase === 'idle') at = this.readHead(chunk, at);
      else if (!this.isWhole && (this.sink || this.isDraining)) at = this.readBody(chunk, at);
      else {
        this.keep(at === 0 ? chunk : chunk.subarray(at));
        break;
      }
    }
    this.isReading = false;
  }

  private readHead(chunk: Buffer, from: number): number {
    const { head } = this;
    const before = head.size;
    const at = head.take(chunk, from);
    if (head.state === 'partial') {
      // Empty lines ahead of a head are none of it.
      if (before === 0 && head.size > 0) this.sinceTick = performance.now();
      this.port.heads.grow(this, head.size);
      return at;
    }
    if (before > 0) this.port.heads.grow(this, 0);
    const raw = head.state === 'whole' ? parseRequestHead(head.text) : head.state === 'foreign' ? NO_REQUEST : OVERSIZED;
    if ('cause' in raw) {
      this.say(raw, before > 0 ? head.soFar() || head.text : chunk.toString('latin1', from, from + MOST_WAITING));
      return chunk.length;
    }
    this.phase = 'busy';
    this.isFresh = false;
    this.method = raw.method;
    this.body = null;
    this.sink = null;
    this.isDraining = false;
    this.isUpgrade = false;
    this.hasAnswered = false;
    this.keepsAlive = true;
    this.port.serve(this, raw, this.isOneTooMany ? ONE_TOO_MANY : head.text.length > SMALL_HEAD ? this.holdHead(head.text.length) : null);
    return at;
  }

  // A large head is held while its request is at work.
  private holdHead(bytes: number): Refusal | null {
    if (!this.port.heads.hold(bytes)) return TOO_MANY_HEADS;
    this.heldHead = bytes;
    return null;
  }

  private readBody(chunk: Buffer, from: number): number {
    const body = this.body!;
    const at = body.read(chunk, from, this.take);
    if (body.isBroken) {
      this.refuseBody();
      return chunk.length;
    }
    if (body.isDone) {
      if (this.isDraining) this.next();
      else this.sink?.end();
    }
    return at;
  }

  private readonly take = (chunk: Buffer, start: number, stop: number): void => {
    if (this.sink) this.sink.write(start === 0 && stop === chunk.length ? chunk : chunk.subarray(start, stop));
  };

  private refuseBody(): void {
    this.keepsAlive = false;
    if (this.isDraining || !this.exchange) return this.destroy();
    fail(this.exchange, { code: 'H26', status: 400, cause: 'bad chunk', message: 'The body of the request is malformed.' });
  }

  /** Keeps what came before it was its turn. */
  private keep(chunk: Buffer): void {
    const { heads } = this.port;
    const before = this.ahead.bytes;
    this.ahead.add(chunk);
    if (this.body) {
      if (this.ahead.bytes >= MOST_WAITING) this.socket.pause();
      return;
    }
    heads.grow(this, this.ahead.bytes);
    if (this.isClosed || this.ahead.bytes < MOST_WAITING) return;
    if (before < MOST_WAITING && holdsBody(this.ahead)) this.socket.pause();
    else if (this.ahead.bytes > MAX_REQUEST_HEAD) this.destroy();
  }

  private answered(): void {
    if (this.isClosed || this.socket.destroyed) return;
    this.isUnread = false;
    if (this.exchange) this.endExchange(this.exchange);
    this.letGoOfHead();
    this.sink = null;
    if (this.isWhole || !this.keepsAlive) return this.next();
    this.isDraining = true;
    this.sinceTick = performance.now();
    this.readAhead();
  }

  private next(): void {
    this.isDraining = false;
    if (!this.keepsAlive || this.port.isClosing || (this.hasEnded && this.ahead.bytes === 0)) {
      // In this turn the rest of what is read may be the next request.
      if (!(this.hasEnded && this.isReading && this.keepsAlive && !this.port.isClosing)) return this.leave();
    }
    this.phase = 'idle';
    this.sinceTick = performance.now();
    this.readAhead();
    if (this.hasEnded && !this.isReading && this.phase === 'idle') this.leave();
  }

  /** Says what is wrong with bytes that are no request, and ends the connection. */
  private say(bad: BadHead, text: string | null): void {
    const requestId = text === null ? null : tellRefusal(this.port.parts, this, text, bad);
    // Until the answer is out, what follows waits: nobody knows where a next request would begin.
    this.phase = 'busy';
    this.keepsAlive = false;
    this.method = '';
    this.body = null;
    this.answerPage(bad.status, refusalPage(bad.status, bad.message, requestId ? ['H26 Request Error', requestId] : undefined));
  }

  private onEnd(): void {
    this.hasEnded = true;
    if (this.phase === 'leaving' || this.isUpgrade || this.head.size > 0) return this.destroy();
    if (this.phase === 'idle') return this.leave();
    if (!this.isWhole && this.ahead.bytes === 0) return this.destroy();
    findOutWhetherGone(this, this.port.parts.limits.probeMs);
  }

  private letGoOfHead(): void {
    if (this.heldHead > 0) this.port.heads.letGo(this.heldHead);
    this.heldHead = 0;
  }

  private onClose(): void {
    this.isClosed = true;
    this.port.clients.delete(this);
    this.port.heads.grow(this, 0);
    this.letGoOfHead();
    const x = this.exchange;
    if (!x || x.isSwitched) return;
    x.failure ??= { code: 'H27' };
    this.endExchange(x);
  }
}
