// Whether an engine still does its work. One that is stuck answers pings and lists containers, but starts and removes none:
// it is asked for a network, which takes the locks that those wait for (libnetwork of Docker 20.10 may deadlock over them).
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../lib/log.js';
import { PROBED_NETWORK } from './calls/deadlines.js';
import { isEngineTimeout } from './calls/engine-timeout.js';
import { hasLabel } from './engine-info.js';
import { dockerOf, type Engine } from './engine.js';
import { OUR_ENGINE } from './labels.js';

export interface EngineWatch {
  /** Why nothing can be started or stopped now, for `/healthz`: `docker: not reachable`; undefined when it can. */
  trouble(): string | undefined;
  /**
   * Calls `listener` when it is in trouble, at once if it is now, and with undefined when it answers again; until the returned
   * function is called.
   */
  hear(listener: Listener): () => void;
  /** Looks now, and tells what has changed before it resolves. */
  look(): Promise<void>;
  stop(): void;
}

type Listener = (trouble: string | undefined) => void;

export type EngineState = 'answers' | 'stuck' | 'away';

/** A slow moment isn't told: so many probes in a row have no answer. */
const MISSES = 2;
const EVERY_MS = 3_000;
/** While it is in trouble. */
const AGAIN_MS = 1_000;

interface Options {
  engine: Engine;
  /** How the engine is reached: empty for this machine's. */
  dockerHost: string;
}

/** Looks every few seconds, until stopped; a stuck engine is told within 30 s. */
export function watchEngine(o: Options): EngineWatch {
  const stopping = new AbortController();
  const listeners = new Set<Listener>();
  let isOurs: boolean | undefined;
  let misses = 0;
  let trouble: string | undefined;

  async function look(): Promise<void> {
    const state = await probe(o.engine);
    if (stopping.signal.aborted) return;
    misses = state === 'stuck' ? misses + 1 : 0;
    if (state === 'answers') isOurs ??= await isStartedByUs(o.engine);
    if (misses > 0 && misses < MISSES) return look();
    const now = state === 'answers' ? undefined : troubleText(state, { ...o, isOurs: isOurs ?? false });
    const hasChanged = now !== trouble;
    trouble = now;
    if (!hasChanged) return;
    log(now ? 'engine-in-trouble' : 'engine-answers', { reason: now });
    for (const listener of listeners) listener(now);
  }

  void (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(trouble ? AGAIN_MS : EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    trouble: () => trouble,
    hear(listener) {
      listeners.add(listener);
      if (trouble) listener(trouble);
      return () => void listeners.delete(listener);
    },
    look,
    stop: () => stopping.abort(),
  };
}

/** Asks once. Any answer is one. */
export function probe(engine: Engine): Promise<EngineState> {
  return dockerOf(engine)
    .getNetwork(PROBED_NETWORK)
    .inspect()
    .then(
      () => 'answers',
      (error: { statusCode?: number }) => (error.statusCode !== undefined ? 'answers' : isEngineTimeout(error) ? 'stuck' : 'away'),
    );
}

/** Whether an engine was started by Slipway, which then starts it again. Undefined when it doesn't say. */
async function isStartedByUs(engine: Engine): Promise<boolean | undefined> {
  return hasLabel(engine, OUR_ENGINE).catch(() => undefined);
}

/** Whether trouble is that of an engine that is there, and stuck. */
export function isStuckText(trouble: string | undefined): boolean {
  return trouble?.startsWith('docker: stuck') ?? false;
}

/** One line, with what is to be done. */
export function troubleText(state: 'stuck' | 'away', o: { dockerHost: string; isOurs: boolean }): string {
  if (state === 'away') return 'docker: not reachable';
  const remedy = o.isOurs ? 'Slipway restarts it' : `its operator has to restart it: ${restartCommand(o.dockerHost)}`;
  return `docker: stuck, it starts and stops nothing any more (docker network ls hangs); ${remedy}`;
}

/** How an engine that somebody else runs is restarted. */
export function restartCommand(dockerHost: string): string {
  if (/^(tcp|https?):/.test(dockerHost)) return `sudo systemctl restart docker on ${new URL(dockerHost).hostname}`;
  return existsSync('/run/systemd/system') ? 'sudo systemctl restart docker' : 'sudo service docker restart';
}
