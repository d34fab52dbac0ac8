// A dyno's response on its way to the client.
import { performance } from 'node:perf_hooks';
import { countBytes, failAttempt, watchIdleness, type Attempt } from './attempt.js';
import { readResponseHead } from './response-head.js';

export interface Head {
  status: number;
  raw: Buffer[];
  reason: string;
  /** Lets the dyno's bytes come again after passData has said to wait. */
  resume: () => void;
}

/** Passes the head on. */
export function passHead(a: Attempt, { status, raw, reason, resume }: Head): boolean {
  clearTimeout(a.firstByteTimer);
  const { res, failure } = a.x;
  if (failure) return refused(a, failure);
  const head = readResponseHead(status, raw, reason);
  if (typeof head === 'string') return refused(a, { code: 'H25', desc: `HTTP restriction: ${head}` });
  try {
    res.writeHead(status, head.reason, head.headers);
  } catch {
    return refused(a, { code: 'H17' });
  }
  a.stage = 'answering';
  a.x.status = status;
  a.x.answeredTick = performance.now();
  // A stream of events stays open for hours; it is no request at work.
  if (head.isEventStream) a.release();
  res.on('drain', () => {
    if (a.isPaused) resume();
    a.isPaused = false;
  });
  process.nextTick(afterFirstBytes, a);
  if (endsWithHead(status)) endAnswer(a);
  return true;
}

// Their Content-Length is of a body that isn't sent (RFC 9112 §6.3); undici would wait for it. It knows HEAD itself.
function endsWithHead(status: number): boolean {
  return status === 204 || status === 304;
}

/** Passes bytes on; false when the client has enough to read for now. */
export function passData(a: Attempt, chunk: Buffer): boolean {
  const { res } = a.x;
  res.write(chunk);
  a.isPaused = res.writableLength >= a.limits.bufferBytes;
  return !a.isPaused;
}

/** Ends the response; the connection may serve another. */
export function passEnd(a: Attempt, trailers: readonly (string | Buffer)[]): void {
  if (trailers.length > 0 && a.x.res.chunkedEncoding) passTrailers(a, trailers);
  if (a.stage !== 'over') endAnswer(a);
  a.connections.giveBack(a.dyno, a.connection);
  a.settle('over');
}

/** The client has its answer; the dyno is free, even if the client still reads. */
function endAnswer(a: Attempt): void {
  a.stage = 'over';
  countBytes(a);
  a.x.res.end();
  a.release();
}

function refused(a: Attempt, failure: Parameters<typeof failAttempt>[1]): false {
  failAttempt(a, failure);
  return false;
}

// Most answers are whole by now, head and body leaving in one packet. The others are watched, and their head sent ahead.
function afterFirstBytes(a: Attempt): void {
  const { res } = a.x;
  if (res.destroyed) return;
  if (a.stage === 'over') return void setImmediate(watchIdleness, a);
  res.flushHeaders();
  watchIdleness(a);
}

function passTrailers({ x }: Attempt, trailers: readonly (string | Buffer)[]): void {
  const texts = trailers.map((text) => (typeof text === 'string' ? text : text.toString('latin1')));
  try {
    x.res.addTrailers(texts.flatMap((name, i) => (i % 2 === 0 ? [[name, texts[i + 1]!] as [string, string]] : [])));
  } catch {
    // Malformed trailers are dropped; the response is whole without them.
  }
}
