// One attempt: the request to a dyno over one connection, its response to the client, streamed both ways.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { errors } from 'undici';
import type { Connection, Connections } from './connections.js';
import { fail, type Exchange, type Failure } from './exchange.js';
import type { Limits } from './limits.js';
import { readResponseHead, upgradeHead } from './response-head.js';
import { joinSockets } from './tunnel.js';

interface SendParts {
  connections: Connections;
  limits: Limits;
}

interface SendAsked {
  upgrade?: string | undefined;
  expectsContinue?: boolean;
}

/** `over`: answered, failed or handed to a tunnel. `unsent`: nothing was written. `closed`: written, not a byte came back. */
export type Outcome = 'over' | 'unsent' | 'closed';

/** Sends the request. `release` frees the dyno's place early, for what stays open for hours. */
export function send(parts: SendParts, asked: SendAsked, x: Exchange, connection: Connection, headers: string[], release: () => void): Promise<Outcome> {
  const { limits, connections } = parts;
  const { res, head, dyno } = x;
  const { socket } = connection;
  const bytesBefore = socket.bytesRead;
  const body = head.hasBody ? bodyOf(x.req, asked.expectsContinue ? () => res.writeContinue() : null) : null;
  let abort: ((error?: Error) => void) | null = null;
  let isSent = false;
  let hasBegun = false;
  let isComplete = false;
  let resume: (() => void) | null = null;
  let firstByteTimer: NodeJS.Timeout | undefined;

  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(firstByteTimer);
      if (!isComplete) x.bytes = socket.bytesRead - bytesBefore;
      resolve('over');
    };
    x.onEnd.push(() => {
      if (!isComplete) abort?.();
      over();
    });
    const failWith = (failure: Failure) => {
      x.bytes = socket.bytesRead - bytesBefore;
      fail(x, failure);
      abort?.();
      over();
    };
    // Any byte from or to the client starts the window anew; node's socket timeout also sees a slow write move on.
    const watchIdleness = () => res.setTimeout(limits.idleMs, () => failWith({ code: isClientsTurn() ? 'H28' : 'H15' }));
    const isClientsTurn = () => (resume !== null && res.writableNeedDrain) || (body !== null && !x.req.complete && !x.req.isPaused());
    const awaitFirstByte = () => {
      if (!hasBegun) firstByteTimer = setTimeout(() => failWith({ code: 'H12' }), limits.firstByteMs);
    };
    if (body) watchIdleness();
    res.on('drain', () => resume?.());

    connection.client.dispatch(
      { path: head.path, method: head.method as 'GET', headers, body, upgrade: asked.upgrade ?? null, headersTimeout: 0, bodyTimeout: 0 },
      {
        onConnect(abortRequest) {
          abort = abortRequest;
          isSent = true;
          x.sentTick = performance.now();
          if (x.isOver || x.failure) abortRequest();
          else if (body) body.once('end', awaitFirstByte);
          else awaitFirstByte();
        },
        onResponseStarted() {
          hasBegun = true;
          clearTimeout(firstByteTimer);
          watchIdleness();
        },
        onHeaders(status, raw, resumeDyno, reason) {
          if (status < 200) return true;
          const response = readResponseHead(status, raw, reason);
          if (typeof response === 'string') {
            failWith({ code: 'H25', desc: `HTTP restriction: ${response}` });
            return false;
          }
          if (response.isEventStream) release();
          resume = resumeDyno;
          x.status = status;
          try {
            res.writeHead(status, response.reason, response.headers);
          } catch {
            failWith({ code: 'H17' });
            return false;
          }
          process.nextTick(flushHead, x);
          return true;
        },
        onData(chunk) {
          res.write(chunk);
          return res.writableLength < limits.bufferBytes;
        },
        onComplete(trailers) {
          isComplete = true;
          clearTimeout(firstByteTimer);
          x.bytes = socket.bytesRead - bytesBefore;
          if (trailers?.length && res.chunkedEncoding) addTrailers(x, trailers);
          res.end();
          release();
          connections.giveBack(dyno!, connection);
          resolve('over');
        },
        onUpgrade(status, raw, dynoSocket) {
          release();
          x.status = status;
          x.isTunnel = true;
          clearTimeout(firstByteTimer);
          const client = x.req.socket;
          res.detachSocket(client);
          client.write(upgradeHead((raw ?? []) as Buffer[], ''), 'latin1');
          joinSockets({ client, dyno: dynoSocket as Socket, idleMs: limits.idleMs }, (how) => {
            x.bytes = socket.bytesRead - bytesBefore;
            isComplete = true;
            if (how === 'idle') x.failure = { code: 'H15' };
            res.emit('close');
          });
          resolve('over');
        },
        onError(error) {
          if (x.isOver || x.failure || isComplete) return over();
          clearTimeout(firstByteTimer);
          if (!isSent && !(error instanceof errors.InvalidArgumentError)) return resolve('unsent');
          const failure = failureOf(error, { hasBegun, headersSent: res.headersSent, isUploading: body !== null && !x.req.complete });
          if (failure.code === 'H13') {
            x.bytes = 0;
            return resolve('closed');
          }
          failWith(failure);
        },
      },
    );
  });
}

/** Which code an undici error is, given how far the response had come. */
export function failureOf(error: Error, o: { hasBegun: boolean; headersSent: boolean; isUploading: boolean }): Failure {
  if (error instanceof errors.InvalidArgumentError) return { code: 'H26', cause: 'bad header', message: 'The request holds a header that cannot be passed on.' };
  if (o.headersSent) return { code: 'H18' };
  if (error instanceof errors.HeadersOverflowError) return { code: 'H25', desc: 'HTTP restriction: oversized header' };
  if (error instanceof errors.HTTPParserError) return error.message.includes('Content-Length') ? { code: 'H25', desc: 'HTTP restriction: invalid content length' } : { code: 'H17' };
  if (/^bad (response|upgrade)$/.test(error.message)) return { code: 'H17' };
  return { code: o.hasBegun || o.isUploading ? 'H18' : 'H13' };
}

// undici destroys a body it can't finish; were that the request itself, the client's connection would go with it.
function bodyOf(req: IncomingMessage, beforeRead: (() => void) | null): Readable {
  let onFirstRead = beforeRead;
  const body = new Readable({
    highWaterMark: 65_536,
    read() {
      onFirstRead?.();
      onFirstRead = null;
      req.resume();
    },
    destroy(error, callback) {
      req.off('data', take).off('end', finish).resume();
      callback(error);
    },
  });
  const take = (chunk: Buffer) => void (body.push(chunk) || req.pause());
  const finish = () => void body.push(null);
  req.on('data', take).on('end', finish).pause();
  return body;
}

// With the first bytes of the body in the same tick, head and body leave in one packet.
function flushHead({ res }: Exchange): void {
  if (!res.writableEnded && !res.destroyed) res.flushHeaders();
}

function addTrailers({ res }: Exchange, trailers: readonly (string | Buffer)[]): void {
  try {
    const texts = trailers.map((text) => (typeof text === 'string' ? text : text.toString('latin1')));
    res.addTrailers(texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1]!] as [string, string]] : [])));
  } catch {
    // Malformed trailers are dropped; the response is whole without them.
  }
}

