// How an answer gets to its client, whatever protocol that speaks.
import type { RawAnswer } from '../wire/status-line.js';
import type { ResponseHead } from './response-head.js';

export interface AnswerOut {
  /** Bytes of a dyno begin to be read; what they become leaves with `flush`, at the latest. */
  open(bytes: number): void;
  flush(): void;
  /** Says a 103 and its like, at once. */
  interim(raw: RawAnswer): void;
  /** `isOpenEnded`: nobody knows yet how long the body is. False where the client's protocol can't say it. */
  head(head: ResponseHead, isOpenEnded: boolean): boolean;
  body(chunk: Buffer, start: number, end: number): void;
  /** The body is whole. Trailers come as name, value, name, value. */
  end(trailers: readonly string[]): void;
  /** Whether so much of it waits for the client that the dyno has to wait, too. */
  isFull(mostBytes: number): boolean;
}
