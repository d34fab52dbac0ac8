// Sends a request to a dyno over one connection and passes on what comes back, streamed both ways.
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { errors, type Dispatcher } from 'undici';
import { awaitFirstByte, breakOff, failAttempt, watchIdleness, type Attempt, type Outcome } from './attempt.js';
import { failureOf } from './failure-of.js';
import { bodyOf } from './request-body.js';
import { passData, passEnd, passHead } from './response.js';
import { switchProtocol } from './switch-protocol.js';

export type SendParts = Pick<Attempt, 'x' | 'dyno' | 'connection' | 'connections' | 'limits' | 'release'> & {
  headers: string[];
  /** The protocol to switch to, for an Upgrade. */
  upgrade: string | undefined;
  /** Whether the client waits for `100 Continue`. */
  expectsContinue: boolean | undefined;
};

/** Sends it once. Never rejects; unless nothing came back, the exchange is answered, failed, or switched. */
export function send(parts: SendParts): Promise<Outcome> {
  return new Promise((settle) => {
    const { x, connection, headers, upgrade } = parts;
    const body = x.head.hasBody ? bodyOf(x.req, parts.expectsContinue ? () => x.res.writeContinue() : null) : null;
    const a = startAttempt(parts, body, settle);
    x.onEnd.push(() => breakOff(a));
    if (body) watchIdleness(a);
    connection.client.dispatch(
      { path: x.head.path, method: x.head.method as Dispatcher.HttpMethod, headers, body, upgrade: upgrade ?? null },
      handlerOf(a),
    );
  });
}

function startAttempt(
  { x, dyno, connection, connections, limits, release }: SendParts,
  body: Readable | null,
  settle: (outcome: Outcome) => void,
): Attempt {
  return {
    x,
    dyno,
    connection,
    connections,
    limits,
    release,
    body,
    settle,
    stage: 'unsent',
    bytesBefore: connection.socket.bytesRead,
    isPaused: false,
    isWatched: false,
    abort: undefined,
    firstByteTimer: undefined,
  };
}

// undici's callbacks as they come from its parser; the newer form of them would parse all headers into an object.
function handlerOf(a: Attempt): Dispatcher.DispatchHandler {
  return {
    onConnect: (abort) => onSent(a, abort),
    onResponseStarted: () => void (a.stage = 'begun'),
    onHeaders: (status, raw, resume, reason) => status < 200 || passHead(a, { status, raw, reason, resume }),
    onData: (chunk) => passData(a, chunk),
    onComplete: (trailers) => passEnd(a, trailers ?? []),
    onUpgrade: (_status, raw, socket) => switchProtocol(a, (raw ?? []) as Buffer[], socket),
    onError: (error) => onError(a, error),
  };
}

function onSent(a: Attempt, abort: (error?: Error) => void): void {
  a.abort = abort;
  a.stage = 'sent';
  a.x.sentTick = performance.now();
  if (a.x.isOver || a.x.failure) abort();
  else if (a.body) a.body.once('end', () => awaitFirstByte(a));
  else awaitFirstByte(a);
}

function onError(a: Attempt, error: Error): void {
  clearTimeout(a.firstByteTimer);
  if (a.x.isOver || a.x.failure || a.stage === 'over') return a.settle('over');
  if (a.stage === 'unsent' && !(error instanceof errors.InvalidArgumentError)) return settle(a, 'unsent');
  const failure = failureOf(error, { stage: a.stage, isUploading: a.body !== null && !a.x.req.complete });
  if (failure.code === 'H13') settle(a, 'closed');
  else failAttempt(a, failure);
}

function settle(a: Attempt, outcome: Outcome): void {
  a.stage = 'over';
  a.settle(outcome);
}
