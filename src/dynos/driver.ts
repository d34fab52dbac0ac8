// What the dyno manager asks of whatever runs dynos. The manager compares, decides and tells; a driver starts, stops and reads,
// and decides nothing. Docker's engine is behind one (engine/open-engine-driver.ts), a map in memory behind another
// (test/support/memory-driver.ts): the manager's tests run on both. What a driver makes ahead of being asked, and how it
// connects, names and stores things, is its own affair.
import type { ConfigVars } from '../model/config-vars.js';
import type { Dyno } from '../model/dyno.js';
import type { WantedDyno } from '../model/formation.js';
import type { AppWants } from '../store/app/wanted.js';
import type { Disk } from './readings/over-disk.js';
import type { Reading } from './readings/reading.js';

export interface Driver {
  /** As people know it, for a message that it can't be reached. */
  readonly name: string;
  /** More starts at a time are no sooner over. */
  readonly startsAtOnce: number;
  /** Why it can start and stop nothing now, with what is to be done: `docker: stuck, …`; undefined when it can. */
  trouble(): string | undefined;

  /** What there is of dynos of this home, of one app or all; one whose end is known is told as ended. Throws when it can't look. */
  list(appId?: string): Promise<Listed[]>;
  /** Brings what a dyno is made of to where it will run. Throws ChecksumError, StackMissing. */
  prepare(dyno: Dyno, wants: AppWants): Promise<Prepared>;
  /** One that was started; gone ones don't run. */
  find(containerId: string): Promise<Running>;

  /**
   * Resolves as soon as its end is known, which may be sooner than all of it is gone. Rejects when the driver goes away, or with
   * AbortError.
   */
  dies(containerId: string, signal: AbortSignal): Promise<Exit>;
  /** Resolves when nothing of it runs any more. Rejects in the same way. */
  ended(containerId: string, signal?: AbortSignal): Promise<Exit>;
  /** How it ended; of one that runs or is gone nothing is known. */
  exit(containerId: string): Promise<Exit & { isRunning: boolean }>;
  /**
   * Whether it ended before anything of the app ran, by a fault of the driver's own. It's gone then, and can be started anew
   * under its id.
   */
  wasNeverBegun(dyno: Dyno, exit: Exit, containerId: string): Promise<boolean>;

  /** SIGTERM to every process of it; it ends with the last. */
  terminate(containerId: string): Promise<void>;
  /** SIGKILL. */
  kill(containerId: string): Promise<void>;
  /** Leaves nothing of it, once what it printed is in its app's log. Fine if it is gone. */
  remove(containerId: string): Promise<void>;
  /** What it has printed and prints, as text, without the first bytes; ends when it does. */
  output(containerId: string, o: { skipBytes: number; signal: AbortSignal }): AsyncIterable<string>;

  /** Names of the app's processes that run in it, as `node (14)`; null where that can't be seen. */
  processes(containerId: string): string[] | null;
  /** What it uses now; null when it doesn't run, or that can't be seen. Costs some 0.1 ms. */
  reading(containerId: string): Reading | null;

  /** What it has written; null when it is gone, or that can't be seen. Walks through all its files. */
  disk(containerId: string): Promise<Disk | null>;
  /** What dynos' disk has left; null where that can't be seen. */
  freeDisk(): Promise<Disk | null>;

  /** Tells what happens to dynos by itself, until aborted. */
  watch(news: News, signal: AbortSignal): void;
  readonly ahead: Ahead;
  /** Removes what was brought for dynos that no release will need soon. */
  removeUnused(): Promise<void>;
  /** Removes what was made ahead. Dynos run on. */
  close(): Promise<void>;
}

export interface Listed {
  containerId: string;
  dynoId: string;
  appId: string;
  state: 'created' | 'running' | 'exited';
}

export interface Prepared {
  /** Starts it with these config vars, once. */
  start(configVars: ConfigVars): Promise<Running>;
}

export interface Running {
  containerId: string;
  isRunning: boolean;
  /** Where routers reach it; empty when it has ended. */
  host: string;
  startedAt: number;
  /** Whether something listens on the port within this time; false when aborted. */
  listens(o: { port: number; timeoutMs: number; signal: AbortSignal }): Promise<boolean>;
  /** The status of its answer to a GET of this path, or why there is none: `connection refused`. */
  answers(o: { port: number; path: string; timeoutMs: number; signal: AbortSignal }): Promise<number | string>;
  /** Its TCP sockets; null where they can't be seen. */
  sockets(): Promise<Socket[] | null>;
}

export interface Socket {
  /** `0.0.0.0`, `127.0.0.1`, `::` */
  address: string;
  port: number;
  state: 'listening' | 'established' | 'other';
}

export interface Exit {
  /** What `$?` would be: 143 after SIGTERM. Null when nobody knows any more. */
  status: number | null;
  outOfMemory: boolean;
  /** How long it ran. */
  ranMs: number;
}

export interface News {
  /** From now on news come; some from before may be missing. */
  connected(): void;
  ended(dyno: { dynoId: string; appId: string }): void;
  /** Something in it was ended for want of memory. */
  outOfMemory(dyno: { dynoId: string; appId: string }): void;
}

/** Hints at what may be wanted next: a driver may prepare it, and does nothing else about it. None throws. */
export interface Ahead {
  /** A build of the app has begun. */
  prepare(appId: string): Promise<void>;
  /** The app is new. */
  welcome(appId: string): Promise<void>;
  /** A dyno of the app is up: what the release has still to do comes first. */
  prepareSoon(appId: string): void;
  /**
   * Gives what was prepared to the dyno that is about to have a row, which must have the id that this returns; undefined when
   * there is nothing. What was prepared for a release that went by is dropped.
   */
  claim(appId: string, dyno: Pick<WantedDyno, 'name' | 'releaseVersion'>): string | undefined;
  /** The app has nothing to run. */
  drop(appId: string): Promise<void>;
}
