// One attempt at a request: it goes to a dyno over one connection, its body streams behind it, and what comes back is passed on.
import { performance } from 'node:perf_hooks';
import { fail, type AttemptView, type BodySink, type Exchange, type Failure } from '../in/exchange.js';
import { Answer } from './answer.js';
import type { Answering, AttemptParts, Outcome, Stage } from './answering.js';
import type { ConnectionUser } from './connections.js';

/** Of a body that the dyno hasn't taken yet; then the client is read no further. */
const MOST_UNSENT = 65_536;

export class Attempt implements AttemptView, Answering, BodySink, ConnectionUser {
  readonly x: Exchange;
  readonly parts: AttemptParts;
  stage: Stage = 'sent';
  wholeTick: number | null = null;
  isWatched = false;
  /** Whether the dyno waits for the client to read. */
  isPaused = false;
  isHeldByDyno = false;
  private isBodySent: boolean;
  private readonly settle: (outcome: Outcome) => void;
  private readonly bytesBefore: number;
  private readonly answer: Answer;

  constructor(parts: AttemptParts, settle: (outcome: Outcome) => void) {
    this.parts = parts;
    this.x = parts.x;
    this.settle = settle;
    this.isBodySent = !parts.x.head.hasBody;
    this.bytesBefore = parts.connection.socket.bytesRead;
    this.answer = new Answer(this);
  }

  /** Sends it, once. Unless nothing came back, the exchange is answered, failed or switched when it settles. */
  start(): void {
    const { x } = this;
    const { connection, text } = this.parts;
    connection.user = this;
    x.attempt = this;
    x.onEnd.push(() => this.breakOff());
    connection.socket.write(text, 'latin1');
    x.sentTick = performance.now();
    if (this.isBodySent) return void (this.wholeTick = x.sentTick);
    this.watch();
    x.client.startBody(this);
  }

  /** Bytes of the request's body. */
  write(chunk: Buffer): void {
    const { socket } = this.parts.connection;
    if (this.x.head.length === 'chunked') {
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      socket.write(chunk);
      socket.write('\r\n', 'latin1');
      socket.uncork();
    } else socket.write(chunk);
    if (socket.writableLength < MOST_UNSENT) return;
    this.isHeldByDyno = true;
    this.x.client.pauseBody();
  }

  /** The request's body is whole. */
  end(): void {
    this.isBodySent = true;
    if (this.x.head.length === 'chunked') this.parts.connection.socket.write('0\r\n\r\n', 'latin1');
    if (this.stage === 'sent' || this.stage === 'begun') this.wholeTick = performance.now();
  }

  drained(): void {
    if (!this.isHeldByDyno) return;
    this.isHeldByDyno = false;
    this.x.client.resumeBody();
  }

  receive(chunk: Buffer): void {
    if (this.stage === 'over') return;
    if (this.stage === 'sent') this.stage = 'begun';
    this.answer.receive(chunk);
  }

  /** The dyno has ended its side, or the connection is gone. */
  ended(hadError: boolean): void {
    if (this.stage === 'over') return;
    if (this.stage === 'answering' && !hadError && this.answer.endsWithConnection()) return this.answer.end();
    if (this.stage === 'sent' && this.isBodySent) {
      this.letGo();
      return this.settle('closed');
    }
    this.fail({ code: 'H18' });
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.parts.connection.socket.resume();
  }

  pause(): void {
    this.isPaused = true;
    this.parts.connection.socket.pause();
  }

  answering(status: number, isStream: boolean): void {
    this.stage = 'answering';
    this.wholeTick = null;
    this.x.status = status;
    this.x.answeredTick = performance.now();
    if (isStream) this.parts.release();
  }

  answered(keepsForMs: number): void {
    const { connection, connections, dyno, release } = this.parts;
    this.countBytes();
    this.stage = 'over';
    this.x.client.stopBody();
    connection.user = null;
    if (this.isPaused) connection.socket.resume();
    if (this.isBodySent && keepsForMs > 0) connections.giveBack(dyno, connection, keepsForMs);
    else connection.socket.destroy();
    release();
    this.settle('over');
    this.watch();
    this.x.client.finishAnswer();
  }

  watch(): void {
    if (this.isWatched) return;
    this.isWatched = true;
    this.x.movedTick = performance.now();
  }

  countBytes(): void {
    this.x.bytes = this.parts.connection.socket.bytesRead - this.bytesBefore;
  }

  isClientsTurn(): boolean {
    return this.stage === 'over' || this.isPaused || (!this.isBodySent && !this.isHeldByDyno);
  }

  fail(failure: Failure): void {
    fail(this.x, failure);
  }

  breakOff(): void {
    if (this.stage === 'over') return;
    this.countBytes();
    this.letGo();
    this.settle('over');
  }

  settleSwitched(): void {
    this.settle('over');
  }

  private letGo(): void {
    const { connection } = this.parts;
    this.stage = 'over';
    this.wholeTick = null;
    this.x.attempt = this.x.attempt === this ? null : this.x.attempt;
    this.x.client.stopBody();
    connection.user = null;
    connection.socket.destroy();
  }
}
