// One request and its answer: who asked, where it went, how it ended, and the one line that is said about it.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { LineWriter } from '../../bus/line-writer.js';
import { hRow, type HCode } from '../../model/error-codes.js';
import { platformLine } from '../../model/logs/log-line.js';
import type { BadHead } from './bad-head.js';
import { noSuchAppPage, pageOf, refusalPage, renderPage, type Page } from './error-page.js';
import { forwardedFor, plainIp, type RequestHead } from './request-head.js';
import { routerLine } from '../router-line.js';
import { hostname, type Route, type WebDyno } from '../table/route-table.js';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  head: RequestHead;
  route: Route;
  clientIp: string;
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
  failure: Failure | undefined;
  /** Called once, when all is over or broken off. */
  onEnd: (() => void)[];
  isOver: boolean;
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
export function startExchange(req: IncomingMessage, res: ServerResponse, head: RequestHead, route: Route): Exchange {
  return {
    req,
    res,
    head,
    route,
    clientIp: plainIp(req.socket.remoteAddress ?? ''),
    protocol: protocolOf(req.socket),
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
    failure: undefined,
    onEnd: [],
    isOver: false,
  };
}

/** Ends an exchange with an H code: a page where none of the answer has been sent, else the connection breaks. */
export function fail(x: Exchange, failure: Failure): void {
  if (x.failure || x.isOver) return;
  x.failure = failure;
  const status = failure.status ?? hRow(failure.code).status;
  if (x.res.destroyed || x.res.headersSent || status === 499) return void x.res.destroy();
  const desc = failure.desc ?? hRow(failure.code).desc;
  const { code, message } = failure;
  sendPage(x.res, status, message ? refusalPage(status, message, [`${code} ${desc}`, x.requestId]) : pageOf(code, desc, x.requestId));
}

/** Answers a request that belongs to no app: nothing is logged, there is no log it could go to. */
export function refuse(res: ServerResponse, bad: BadHead): void {
  sendPage(res, bad.status, refusalPage(bad.status, bad.message));
}

export function answerNoSuchApp(res: ServerResponse, host: string): void {
  sendPage(res, 404, noSuchAppPage(hostname(host)));
}

/** Says the line, once, and lets go of everything. Called when the response is out or its connection gone. */
export function end(x: Exchange, lines: LineWriter): void {
  if (x.isOver) return;
  x.isOver = true;
  for (const act of x.onEnd) act();
  lines.write(x.route.appId, platformLine(Date.now(), 'router', lineOf(x)));
}

/** Which protocol the client speaks to us. */
export function protocolOf(socket: Socket): 'http' | 'https' {
  return socket instanceof TLSSocket ? 'https' : 'http';
}

// A client that hasn't sent all of its request may never do so: its connection can't be used again.
function sendPage(res: ServerResponse, status: number, page: Page): void {
  const { headers, body } = renderPage(page);
  if (!res.req.complete) res.shouldKeepAlive = false;
  res.writeHead(status, STATUS_CODES[status], headers);
  res.end(res.req.method === 'HEAD' ? '' : body);
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
    protocol: x.protocol,
  });
}
