// What must leave the platform though it is killed: written in the transaction that decides it, and worked off afterwards, at least once.

/**
 * Every topic and its payload. Payloads hold ids, no secrets. Whoever delivers looks at the store again: a message may come twice, and
 * long after it was written.
 */
export interface Topics {
  /** Bring an add-on to where its row says that it is to be: the provider is told. */
  addon: { addonId: string };
  /** Give an add-on of ours another password; every app that has it is told. */
  rotation: { addonId: string; credential: string };
  /** Tell a webhook of an event. Written by the database (migration 019). */
  webhook: { deliveryId: string };
  /** Tell the host what has become of a build of a commit of it. */
  'commit-status': { buildId: string };
  /** Give a host the key that its repository is read with. */
  'deploy-key': { connectionId: string };
}

/** Thrown by whoever delivers, when the receiver has said when to come again. */
export class ComeAgain extends Error {
  readonly pauseMs: number;

  constructor(message: string, pauseMs: number) {
    super(message);
    this.name = 'ComeAgain';
    this.pauseMs = pauseMs;
  }
}

export type Topic = keyof Topics;

export interface Message<T extends Topic = Topic> {
  id: number;
  topic: T;
  payload: Topics[T];
  /** Who gets it: a provider, a webhook, the audit log. One that is slow or dead keeps a few of the places only. */
  receiver: string;
  /** Messages of one receiver and lane come one after the other, in the order in which they were written: an app's, or an add-on's. */
  lane: string;
  /** How often it was tried, this time included. */
  attempt: number;
  createdAt: Date;
}

const FIRST_MS = 1_000;
const MOST_MS = 3_600_000;
/** The tries are spread, so that what failed together doesn't come together. */
const SPREAD = 0.2;
/** From then on nobody waits for it any more. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;

/** How long to wait after the try of this number: 1 s, doubled each time, an hour at most. `random` gives numbers in [0, 1). */
export function pauseAfter(attempt: number, random: () => number): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (1 - SPREAD * random()));
}

const LEAST_MS = 50;
const NO_PLACE_MS = 1_000;

/**
 * When to look again: `nextMs` tells in how many ms the next message is due, null where none waits. What is due though nothing was
 * `taken` has no place now: whoever leaves one tells so, and another process's is found by looking.
 */
export function lookAgainAfter({ nextMs, taken, lookMs }: { nextMs: number | null; taken: number; lookMs: number }): number {
  const least = taken === 0 && nextMs !== null && nextMs <= 0 ? NO_PLACE_MS : LEAST_MS;
  return Math.min(lookMs, Math.max(least, nextMs ?? lookMs));
}

/** Whether a message that fails now has been tried for long enough. */
export function isHopeless(createdAt: Date, now: number): boolean {
  return now - createdAt.getTime() > GIVE_UP_MS;
}
