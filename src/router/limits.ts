// Heroku's numbers (devcenter.heroku.com/articles/http-routing, request-timeout): how long the router waits, and how much it takes.

export interface Limits {
  /** From the whole request sent to the first byte of the response. */
  firstByteMs: number;
  /** The window that any byte in either direction starts anew. */
  idleMs: number;
  connectMs: number;
  /** How long a request is held for a dyno that is starting. */
  holdMs: number;
  /** How long a dyno that refused a connection is left alone. */
  quarantineMs: number;
  /** Dynos tried for one request. */
  attempts: number;
  activePerDyno: number;
  /** Requests that wait, per dyno that is up. */
  backlogPerDyno: number;
  /** Requests that wait for an app that is being woken. */
  backlogAsleep: number;
  /** Response bytes kept for a slow client, so that the dyno is free early. */
  bufferBytes: number;
  /** A client's connection without a request is closed after this. */
  keepAliveMs: number;
  /** All headers of a request must have come within this. */
  headersMs: number;
  /** Heads of all connections that aren't whole, wait their turn, or are large and at work. */
  headBytes: number;
  /** A reused connection that closes later than this after a request was written closes because of it. */
  closingMs: number;
  /** Connections of one address (of IPv6, of one network of 64 bits), at one port. */
  connectionsPerAddress: number;
  /** A client that has ended its side is asked after this whether it is still there, and once more. */
  probeMs: number;
}

export const HEROKU_LIMITS: Limits = {
  firstByteMs: 30_000,
  idleMs: 55_000,
  connectMs: 5_000,
  holdMs: 75_000,
  quarantineMs: 5_000,
  attempts: 10,
  activePerDyno: 50,
  backlogPerDyno: 50,
  backlogAsleep: 10_000,
  bufferBytes: 1_048_576,
  keepAliveMs: 55_000,
  headersMs: 30_000,
  headBytes: 8_388_608,
  closingMs: 100,
  connectionsPerAddress: 500,
  probeMs: 1_000,
};

export const MAX_REQUEST_LINE = 8_192;
export const MAX_HEADER_LINE = 8_192;
export const MAX_HEADER_NAME = 1_000;
export const MAX_HEADERS = 1_000;
/** All headers of a request together; Heroku names no such limit, a parser needs one. */
export const MAX_REQUEST_HEAD = 262_144;
/** The same of HTTP/2: a connection holds one that isn't whole, and nobody counts those. */
export const MAX_H2_HEAD = 65_536;
/** Requests that one HTTP/2 connection may have at work. */
export const MAX_STREAMS = 100;
export const MAX_METHOD = 127;
export const MAX_RESPONSE_HEADER_LINE = 524_288;
export const MAX_RESPONSE_HEAD = 1_048_576;
export const MAX_COOKIE = 8_192;
export const MAX_STATUS_LINE = 8_192;
