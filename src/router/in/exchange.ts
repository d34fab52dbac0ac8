// One request and its answer: who asked, where it went, how it ended, and the one line that is said about it.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { LineWriter } from '../../bus/line-writer.js';
import { hRow, type HCode } from '../../model/error-codes.js';
import { platformLine } from '../../model/logs/log-line.js';
import type { BadHead } from './bad-head.js';
import type { Socket } from 'node:net';
import type { AnswerOut } from '../out/answer-out.js';
import { noSuchAppPage, pageOf, refusalPage, type Page } from './error-page.js';
import { forwardedFor, type RequestHead } from './request-head.js';
import { routerLine } from '../router-line.js';
import { hostname, type Route, type WebDyno } from '../table/route-table.js';

export interface Exchange {
  client: ClientSide;
  head: RequestHead;
  route: Route;
  /** Empty where a trusted proxy has named the client in X-Forwarded-For. */
  clientIp: string;
  localPort: number;
  protocol: 'http' | 'https';
  requestId: string;
  /** Milliseconds since the epoch, and on the monotonic clock. */
  startedAt: number;
  startedTick: number;
  dyno: WebDyno | undefined;
  connectMs: number | undefined;
  /** When the request was handed to the dyno (monotonic). */
  sentTick: number | undefined;
  /** When the head of its answer came (monotonic). */
  answeredTick: number | undefined;
  status: number | undefined;
  bytes: number | undefined;
  /** Switched to another protocol: the answer never finishes as a response does. */
  isSwitched: boolean;
  /** The attempt that is at work (out/attempt.ts), as far as clocks and clients ask it. */
  attempt: AttemptView | null;
  /** Bytes from and to the client when the clocks last looked, and when that number last changed (monotonic). */
  moved: number;
  movedTick: number;
  failure: Failure | undefined;
  /** Called once, when all is over or broken off. */
  onEnd: (() => void)[];
  isOver: boolean;
}

/** What the clocks look at. */
export interface AttemptView {
  /** When the whole request had been sent; null while it hasn't, and once the answer's head has come (monotonic). */
  wholeTick: number | null;
  isWatched: boolean;
  /** Whether the client, not the dyno, is who nothing moves by. */
  isClientsTurn(): boolean;
  /** Whether the client isn't read, since the dyno has enough. */
  isHeldByDyno: boolean;
  /** The client reads again. */
  resume(): void;
  /** Lets go of the dyno, whatever it is doing. */
  breakOff(): void;
  fail(failure: Failure): void;
}

/** Who takes a request's body. */
export interface BodySink {
  write(chunk: Buffer): void;
  end(): void;
}

/** A client's connection, as those see it who serve its request. */
export interface ClientSide {
  readonly ip: string;
  readonly protocol: 'http' | 'https';
  /** As the log's line says it. */
  readonly toldProtocol: string;
  /** Of HTTP, as it speaks it. */
  readonly version: '1.1' | '2.0';
  readonly localPort: number;
  /** Whether what it says of those before it holds: a proxy of the operator's. */
  readonly isTrusted: boolean;
  /** Takes a dyno's answer. */
  readonly out: AnswerOut;
  exchange: Exchange | null;
  /** Whether its connection serves another request after this one. */
  keepsAlive: boolean;
  /** Whether the answer's head is out. */
  hasAnswered: boolean;
  readonly isClosed: boolean;
  readonly isOld: boolean;
  /** Its request, once the head has been judged. */
  begin(head: RequestHead): void;
  /** Gives the body to whoever takes it from now on. */
  startBody(sink: BodySink): void;
  /** The body is nobody's any more. */
  stopBody(): void;
  /** The dyno has enough of it for now. */
  pauseBody(): void;
  resumeBody(): void;
  /** A number that changes with every byte from or to it. */
  bytesMoved(): number;
  sayContinue(): void;
  /** A page instead of a dyno's answer. */
  answerPage(status: number, page: Page): void;
  /** What the platform answers itself; headers come as name, value, name, value. */
  answerText(status: number, headers: readonly string[], body: string): void;
  /** What a head to this client ends with. */
  lastHeaders(): string;
  /** The answer is over once its last byte has left. */
  finishAnswer(): void;
  /** Another protocol takes over; `ahead` came before it was its turn. */
  detach(): { socket: Socket; ahead: Buffer };
  /** All is over: the answer is out, or the protocol it was switched to has ended. */
  endExchange(x: Exchange): void;
  destroy(): void;
}

export interface Failure {
  code: HCode;
  status?: number | undefined;
  desc?: string | undefined;
  cause?: string | undefined;
  /** For the person who asked; the code's own page where absent. */
  message?: string | undefined;
}

/** Starts the record of a request for a known app. */
export function startExchange(client: ClientSide, head: RequestHead, route: Route): Exchange {
  return {
    client,
    head,
    route,
    clientIp: client.isTrusted && head.forwardedFor !== '' ? '' : client.ip,
    localPort: (client.isTrusted && head.forwardedPort) || client.localPort,
    protocol: (client.isTrusted && head.forwardedProto) || client.protocol,
    requestId: head.requestId ?? randomUUID(),
    startedAt: Date.now(),
    startedTick: performance.now(),
    // All fields at once: objects of one shape are what the engine is fast with.
    dyno: undefined,
    connectMs: undefined,
    sentTick: undefined,
    answeredTick: undefined,
    status: undefined,
    bytes: undefined,
    isSwitched: false,
    attempt: null,
    moved: -1,
    movedTick: 0,
    failure: undefined,
    onEnd: [],
    isOver: false,
  };
}

/** Ends an exchange with an H code: a page where none of the answer has been sent, else the connection breaks. */
export function fail(x: Exchange, failure: Failure): void {
  if (x.failure || x.isOver) return;
  x.failure = failure;
  x.attempt?.breakOff();
  const status = failure.status ?? hRow(failure.code).status;
  if (x.client.isClosed || x.client.hasAnswered || status === 499) return x.client.destroy();
  const desc = failure.desc ?? hRow(failure.code).desc;
  const { code, message } = failure;
  if (message) return x.client.answerPage(status, refusalPage(status, message, [`${code} ${desc}`, x.requestId]));
  x.client.answerPage(status, pageOf(code, desc, x.requestId, ownPageOf(x.route, code)));
}

/** The app's own page for a code. Whoever has deployed nothing yet is told so whatever it has set. */
function ownPageOf({ errorPage, maintenancePage }: Route, code: HCode): string | undefined {
  if (code === 'H81') return undefined;
  return code === 'H80' ? maintenancePage : errorPage;
}

/** Answers a request that belongs to no app: nothing is logged, there is no log it could go to. */
export function refuse(client: ClientSide, bad: BadHead): void {
  client.answerPage(bad.status, refusalPage(bad.status, bad.message));
}

export function answerNoSuchApp(client: ClientSide, host: string): void {
  client.answerPage(404, noSuchAppPage(hostname(host)));
}

/** Says the line, once, and lets go of everything. Called when the response is out or its connection gone. */
export function end(x: Exchange, lines: LineWriter): void {
  if (x.isOver) return;
  x.isOver = true;
  for (const act of x.onEnd) act();
  x.client.exchange = null;
  lines.write(x.route.appId, platformLine(Date.now(), 'router', lineOf(x)));
}

// A request that is cut off because the router stops has no status (devcenter.heroku.com/articles/error-codes).
function toldStatus({ code, status }: Failure): number | '' {
  return code === 'H24' ? '' : (status ?? hRow(code).status);
}

function lineOf(x: Exchange): string {
  const { failure, head } = x;
  const wasSent = x.sentTick !== undefined;
  return routerLine({
    code: failure?.code,
    desc: failure?.desc,
    cause: failure?.cause,
    method: head.method,
    path: head.path,
    host: hostname(head.host),
    requestId: x.requestId,
    forwardedFor: forwardedFor(head, x.clientIp),
    dyno: x.dyno?.name,
    connectMs: x.connectMs,
    serviceMs: wasSent ? performance.now() - x.sentTick! : undefined,
    status: failure ? toldStatus(failure) : (x.status ?? ''),
    bytes: x.bytes ?? (wasSent ? 0 : undefined),
    protocol: x.client.version === '2.0' ? x.client.toldProtocol : x.protocol,
  });
}
