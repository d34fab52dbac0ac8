// What a port knows for all of its connections, and what its clocks and its end ask of each.
import type { Socket } from 'node:net';
import type { Limits } from '../limits.js';
import type { ProxyParts, Refusal } from '../parts.js';
import type { ClientSide, Exchange } from './exchange.js';
import type { HeadsInFlight } from './heads-in-flight.js';
import type { RawHead } from './request-head.js';

export interface Port {
  parts: ProxyParts;
  /** Serves a request whose head has been parsed. */
  serve(client: ClientSide, raw: RawHead, refusal: Refusal | null): void;
  heads: HeadsInFlight;
  clients: Set<ClientView>;
  /** Connections that carry many requests at once (h2/session.ts). */
  sessions: Set<SessionView>;
  isClosing: boolean;
}

/** `idle`: a head may come. `busy`: a request is at work, or what is left of its body comes. `leaving`: all has been said. */
export type Phase = 'idle' | 'busy' | 'leaving' | 'switched';

export interface ClientView {
  readonly socket: Socket;
  readonly exchange: Exchange | null;
  readonly phase: Phase;
  /** When the phase, the head that is coming, or the wait for the answer to get out began (monotonic). */
  readonly sinceTick: number;
  /** Whether all of an answer has been said, and not all of it is out. */
  readonly isUnread: boolean;
  /** Whether it has asked for nothing yet. */
  readonly isFresh: boolean;
  /** Bytes of a head that isn't whole. */
  readonly headBytes: number;
  /** Whether what is left of an answered request's body is waited for. */
  readonly isDrained: boolean;
  /** Ends it for not having read its answer. */
  neverRead(): void;
  tooLate(): void;
  destroy(): void;
}

export interface SessionView {
  /** Its requests that are at work. */
  readonly exchanges: Exchange[];
  /** Ends what has taken too long. */
  look(now: number, limits: Limits): void;
  /** Takes no more requests, and ends with the last one. */
  leave(): void;
}
