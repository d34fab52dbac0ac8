// One attempt at a request: which dyno it went to, how far it came, and the two clocks that watch it.
import type { Readable } from 'node:stream';
import type { Connection, Connections } from './connections.js';
import { fail, type Exchange, type Failure } from '../in/exchange.js';
import { watchForIdleness } from './idle-window.js';
import type { Limits } from '../limits.js';
import type { WebDyno } from '../table/route-table.js';

/** `over`: answered, failed or switched. `unsent`: nothing was written. `closed`: written, and not a byte came back. */
export type Outcome = 'over' | 'unsent' | 'closed';

/**
 * How far it has come: `begun` when a first byte of the response has, `answering` when its head has, `over` when nothing more
 * will come.
 */
export type Stage = 'unsent' | 'sent' | 'begun' | 'answering' | 'over';

export interface Attempt {
  x: Exchange;
  dyno: WebDyno;
  connection: Connection;
  connections: Connections;
  limits: Limits;
  body: Readable | null;
  /** Frees the dyno's place. */
  release: () => void;
  settle: (outcome: Outcome) => void;
  stage: Stage;
  /** What the connection had received before. */
  bytesBefore: number;
  /** Whether the dyno waits for the client to read. */
  isPaused: boolean;
  isWatched: boolean;
  abort: ((error?: Error) => void) | undefined;
  firstByteTimer: NodeJS.Timeout | undefined;
}

/** Ends the attempt and the exchange with it. */
export function failAttempt(a: Attempt, failure: Failure): void {
  countBytes(a);
  fail(a.x, failure);
  breakOff(a);
}

/** Lets go of the dyno, whatever it is doing. */
export function breakOff(a: Attempt): void {
  clearTimeout(a.firstByteTimer);
  if (a.stage === 'over') return;
  countBytes(a);
  a.abort?.();
  a.settle('over');
}

/** Bytes from dyno to client, head and framing included. */
export function countBytes({ x, connection, bytesBefore }: Attempt): void {
  x.bytes = connection.socket.bytesRead - bytesBefore;
}

/** Starts the clock of H12: the whole request has been sent. */
export function awaitFirstByte(a: Attempt): void {
  if (a.stage !== 'sent' && a.stage !== 'begun') return;
  a.firstByteTimer = setTimeout(() => failAttempt(a, { code: 'H12' }), a.limits.firstByteMs);
}

/** Starts the window that any byte from or to the client begins anew: every byte of an exchange passes there. */
export function watchIdleness(a: Attempt): void {
  if (a.isWatched || a.x.isOver) return;
  a.isWatched = true;
  const onIdle = () => {
    const code = isClientsTurn(a) ? 'H28' : 'H15';
    if (a.stage === 'over') fail(a.x, { code });
    else failAttempt(a, { code });
  };
  a.x.onEnd.push(watchForIdleness(a.x.req.socket, a.limits.idleMs, onIdle));
}

function isClientsTurn({ stage, isPaused, body, x }: Attempt): boolean {
  return stage === 'over' || isPaused || (body !== null && !x.req.complete && !x.req.isPaused());
}
