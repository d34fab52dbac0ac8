// A background program of ours that outlives this process when it must: PostgreSQL, Redis, a Docker engine.
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../../lib/log.js';

export interface Watched {
  name: string;
  isAlive(): boolean;
  /** Returns when it answers. */
  start(): Promise<unknown>;
}

export interface Daemon extends Watched {
  /** How its clients reach it. */
  url: string;
  /** Starts it, or adopts the one that survived. */
  start(): Promise<'started' | 'adopted'>;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 250;

/** Starts a daemon again whenever it has died, until the returned function is called. */
export function keepAlive(daemon: Watched): () => Promise<void> {
  const stopping = new AbortController();
  const loop = watch(daemon, stopping.signal);
  return async () => {
    stopping.abort();
    await loop;
  };
}

/** What goes before a command so that it gets a signal when the process that started it has died. */
export function endWithParent(signalName: 'INT' | 'TERM'): string[] {
  return ['setpriv', '--pdeathsig', signalName, '--'];
}

async function watch(daemon: Watched, stopping: AbortSignal): Promise<void> {
  let waitMs = LOOK_EVERY_MS;
  while (!stopping.aborted) {
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted || daemon.isAlive()) continue;
    log('daemon-died', { daemon: daemon.name });
    const failure = await daemon.start().then(
      () => undefined,
      (error: Error) => error.message,
    );
    waitMs = failure ? Math.min(waitMs * 2, 10_000) : LOOK_EVERY_MS;
    log(failure ? 'daemon-restart-failed' : 'daemon-restarted', { daemon: daemon.name, error: failure });
  }
}
