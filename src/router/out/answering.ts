// What an attempt at a request is made of, and what its answer does with it.
import type { Exchange, Failure } from '../in/exchange.js';
import type { Limits } from '../limits.js';
import type { WebDyno } from '../table/route-table.js';
import type { Connection, Connections } from './connections.js';

/** `over`: answered, failed or switched. `closed`: written, and not a byte came back. */
export type Outcome = 'over' | 'closed';

/**
 * How far it has come: `begun` when a first byte of the response has, `answering` when its head has, `over` when nothing more
 * will come.
 */
export type Stage = 'sent' | 'begun' | 'answering' | 'over';

export interface AttemptParts {
  x: Exchange;
  dyno: WebDyno;
  connection: Connection;
  connections: Connections;
  limits: Limits;
  /** Frees the dyno's place. */
  release: () => void;
  /** The head, as it is sent. */
  text: string;
}

export interface Answering {
  readonly x: Exchange;
  readonly parts: AttemptParts;
  stage: Stage;
  wholeTick: number | null;
  /** The head of the answer is out; `isStream`: it stays open for hours, and is no request at work. */
  answering(status: number, isStream: boolean): void;
  /** The client has its answer; the dyno is free, even if the client still reads. It keeps the connection for `keepsForMs`. */
  answered(keepsForMs: number): void;
  /** The client has enough to read for now. */
  pause(): void;
  /** The clock of the idle window runs from now on. */
  watch(): void;
  /** Bytes from dyno to client, head and framing included. */
  countBytes(): void;
  /** The client and the dyno speak another protocol now. */
  settleSwitched(): void;
  /** Ends the attempt and the exchange with it. */
  fail(failure: Failure): void;
}
