// What follows one container's output, wherever it is read from.
import type { Sender } from './sender.js';

export interface FollowOptions {
  /** The dyno's name: `web.1`. */
  ps: string;
  sender: Sender;
  /** Aborted when this process stops: what is on its way is still sent, nothing more is read. */
  signal: AbortSignal;
}

export interface Follower {
  /** Settles when nothing more will be read; rejects when reading failed. */
  done: Promise<void>;
  /** The container has ended: reads to the end, then resolves. */
  finish(): Promise<void>;
}
