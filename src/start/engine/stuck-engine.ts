// An engine of ours that is stuck is ended, so that it is started again: live-restore keeps its dynos. The process that
// stays with us holds no client of Docker's; it asks by itself what the others ask too (src/docker/engine-watch.ts).
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEADLINES, PROBED_NETWORK } from '../../docker/calls/deadlines.js';
import { log } from '../../lib/log.js';
import { dumpEngine, stopEngine } from './engine-process.js';

const EVERY_MS = 4_000;
/** More than it takes to tell that it is stuck: builds under way are lost with it. */
const MISSES = 4;
const STOP_WITHIN_MS = 5_000;

/** Looks until the returned function is called. Whoever keeps the engine alive starts it again. */
export function endWhenStuck(socketPath: string, answerMs = DEADLINES.probe.answerMs): () => void {
  const stopping = new AbortController();
  void (async () => {
    let misses = 0;
    while (!stopping.signal.aborted) {
      misses = (await answers(socketPath, answerMs)) ? 0 : misses + 1;
      if (misses >= MISSES && !stopping.signal.aborted) {
        await end();
        misses = 0;
      }
      if (misses === 0) await sleep(EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  return () => stopping.abort();
}

async function end(): Promise<void> {
  const began = Date.now();
  const dump = dumpEngine();
  log('engine-stuck', { reason: 'docker network ls hangs; Docker is restarted, dynos run on', dump });
  // What it writes of its state takes a moment.
  await sleep(500);
  await stopEngine(STOP_WITHIN_MS);
  log('engine-ended', { ms: Date.now() - began });
}

/** False when it took the question and has no answer in time; one that isn't there is for others to start. */
function answers(socketPath: string, answerMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: `/networks/${PROBED_NETWORK}`, agent: false }, (answer) => {
      answer.resume();
      clearTimeout(timer);
      resolve(true);
    });
    const timer = setTimeout(() => {
      resolve(false);
      asked.destroy();
    }, answerMs);
    asked.on('error', () => {
      clearTimeout(timer);
      resolve(true);
    });
    asked.end();
  });
}
