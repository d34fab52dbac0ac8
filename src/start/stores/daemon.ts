// A background program of ours that outlives this process when it must: PostgreSQL, Redis, a Docker engine.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../../lib/log.js';
import { holdProcess } from '../machine/processes.js';

export interface Watched {
  name: string;
  /** Of the one that runs; undefined when none does. */
  pid(): number | undefined;
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
  let held = hold(daemon);
  for (; !stopping.aborted; await sleep(untilBeat(waitMs), undefined, { signal: stopping }).catch(() => undefined)) {
    if (held?.lives()) continue;
    held?.close();
    held = hold(daemon);
    if (held) continue;
    log('daemon-died', { daemon: daemon.name });
    const failure = await daemon.start().then(
      () => undefined,
      (error: Error) => error.message,
    );
    waitMs = failure ? Math.min(waitMs * 2, 10_000) : LOOK_EVERY_MS;
    log(failure ? 'daemon-restart-failed' : 'daemon-restarted', { daemon: daemon.name, error: failure });
  }
  held?.close();
}

/** All daemons are looked at in the same moment: the processor wakes up once. */
function untilBeat(waitMs: number): number {
  return waitMs - (performance.now() % waitMs);
}

function hold(daemon: Watched) {
  const pid = daemon.pid();
  return pid === undefined ? undefined : holdProcess(pid);
}
