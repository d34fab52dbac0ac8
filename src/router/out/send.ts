// Sends a request to a dyno over one connection and passes on what comes back, streamed both ways.
import type { AttemptParts, Outcome } from './answering.js';
import { Attempt } from './attempt.js';

/** Sends it once. Unless nothing came back, the exchange is answered, failed, or switched when it settles. */
export function send(parts: AttemptParts, settle: (outcome: Outcome) => void): void {
  new Attempt(parts, settle).start();
}
