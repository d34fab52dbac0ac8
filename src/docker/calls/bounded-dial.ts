// The one way out to an engine: every call waits its turn, and has a deadline.
import { Transform, pipeline, type Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callOf, type Deadlines } from './deadlines.js';
import { EngineTimeout } from './engine-timeout.js';
import type { Gate } from './gate.js';

/** What dockerode asks of its modem. */
interface DialOptions {
  method: string;
  path: string;
  abortSignal?: AbortSignal;
  /** What is sent: a path, all of it, or a stream. */
  file?: unknown;
  isStream?: boolean;
  openStdin?: boolean;
  hijack?: boolean;
}

type Callback = (error: unknown, answer?: unknown) => void;
export type Dial = (options: DialOptions, callback: Callback) => void;

/** Removals may be many; one that has no turn for so long is tried again by whoever needs it. */
const TURN_WITHIN_MS = 300_000;

/** `dial` within the deadlines: it calls back with EngineTimeout when an answer is late, and ends a stream that has fallen silent. */
export function boundDial(dial: Dial, o: { gate: Gate; deadlines: Deadlines }): Dial {
  return (options, callback) => {
    const call = callOf(options);
    const { answerMs, silenceMs } = o.deadlines[call.kind];
    const ending = endingWith(options.abortSignal);
    let leave = () => {};
    let isOver = false;
    const answer: Callback = (error, result) => {
      if (isOver) return;
      isOver = true;
      clock.stop();
      leave();
      if (!error && silenceMs !== undefined && isStream(result)) {
        result.once('close', ending.forget);
        endWhenSilent(result, silenceMs, new EngineTimeout(call.name, `said nothing for ${silenceMs / 1000} s`));
      } else ending.forget();
      callback(error, result);
    };
    const giveUp = (how: string) => {
      const late = new EngineTimeout(call.name, how);
      ending.end(late);
      answer(late);
    };
    const clock = startClock(TURN_WITHIN_MS, () => giveUp(`had no room for a call for ${TURN_WITHIN_MS / 1000} s`));
    void o.gate.enter(call.kind, ending.signal).then((left) => {
      leave = left;
      if (isOver) return leave();
      clock.restart(answerMs, () => giveUp(`did not answer within ${answerMs / 1000} s`));
      const file = isStream(options.file) ? heard(options.file, clock.refresh) : options.file;
      whole(dial)({ ...options, ...(file !== undefined && { file }), abortSignal: ending.signal }, answer);
    }, answer);
  };
}

/** Reads answers that aren't streams itself: docker-modem never calls back when a connection breaks in the midst of one. */
function whole(dial: Dial): Dial {
  return (options, callback) => {
    if (options.isStream || options.openStdin || options.hijack) return dial(options, callback);
    dial({ ...options, isStream: true }, (error, body) => {
      if (error) return callback(error);
      buffer(body as Readable).then((bytes) => callback(null, parsed(bytes)), callback);
    });
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return (JSON.parse(bytes.toString()) as unknown) || bytes;
  } catch {
    return bytes;
  }
}

interface Ending {
  signal: AbortSignal;
  end(reason: Error): void;
  /** The caller's signal concerns us no more. */
  forget(): void;
}

/** A signal that ends with the caller's, or by itself. */
function endingWith(caller: AbortSignal | undefined): Ending {
  const own = new AbortController();
  const follow = () => own.abort(caller?.reason);
  if (caller?.aborted) follow();
  caller?.addEventListener('abort', follow, { once: true });
  return { signal: own.signal, end: (reason) => own.abort(reason), forget: () => caller?.removeEventListener('abort', follow) };
}

function startClock(ms: number, ring: () => void) {
  let timer = setTimeout(ring, ms).unref();
  const stop = () => clearTimeout(timer);
  return {
    stop,
    /** Another sign of life. */
    refresh: () => void timer.refresh(),
    restart(nextMs: number, next: () => void) {
      stop();
      timer = setTimeout(next, nextMs).unref();
    },
  };
}

/** The same stream; `hear` is called for each piece that passes. */
function heard(stream: Readable, hear: () => void): Readable {
  const passing = new Transform({
    transform(chunk, _, done) {
      hear();
      done(null, chunk);
    },
  });
  return pipeline(stream, passing, () => undefined);
}

/** Bytes are counted at the socket: a listener for data would take them from whoever reads. */
function endWhenSilent(stream: Readable & { socket?: Socket }, silenceMs: number, late: EngineTimeout): void {
  const socket = (stream.socket ?? stream) as Socket;
  let seen = -1;
  let since = Date.now();
  const timer = setInterval(() => {
    const bytes = socket.bytesRead + socket.bytesWritten;
    if (bytes !== seen) since = Date.now();
    seen = bytes;
    if (Date.now() - since >= silenceMs) stream.destroy(late);
  }, silenceMs / 4).unref();
  stream.once('close', () => clearInterval(timer)).on('error', () => undefined);
}

function isStream(value: unknown): value is Readable {
  return typeof (value as Readable | undefined)?.pipe === 'function';
}
