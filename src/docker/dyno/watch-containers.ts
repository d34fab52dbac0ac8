// Tells which containers run, have ended, are gone: at once from the engine's events, and for sure from a look at all
// of them every few seconds, since events are lost whenever the engine or we were away.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DYNO_LABEL, ofHome } from '../labels.js';
import { dockerOf, type Engine } from '../engine.js';
import { log } from '../../lib/log.js';
import { listContainers, type ContainerState } from './containers.js';

export interface ContainerNews {
  running(id: string): void;
  ended(id: string): void;
  gone(id: string): void;
  /** All there are, every few seconds. */
  all(containers: ContainerState[]): void;
}

const SWEEP_MS = 5_000;
const RETRY_MS = 1_000;

/** Watches until `signal` is aborted. */
export function watchContainers(o: { engine: Engine; homeId: string; signal: AbortSignal }, news: ContainerNews): void {
  const { signal } = o;

  async function sweep(): Promise<void> {
    await listContainers(o.engine, o.homeId).then(news.all, () => undefined);
  }

  async function hearEvents(): Promise<void> {
    const filters = JSON.stringify({ type: ['container'], event: ['start', 'die', 'destroy'], ...ofHome(o.homeId, DYNO_LABEL) });
    const stream = (await dockerOf(o.engine).getEvents({ filters })) as unknown as Readable;
    stream.on('error', () => undefined);
    signal.addEventListener('abort', () => stream.destroy(), { once: true });
    await sweep();
    for await (const text of createInterface({ input: stream })) tell(text);
  }

  function tell(text: string): void {
    const event = JSON.parse(text) as { Action?: string; id?: string; Actor?: { ID?: string } };
    const id = event.Actor?.ID ?? event.id;
    if (!id) return;
    if (event.Action === 'start') news.running(id);
    if (event.Action === 'die') news.ended(id);
    if (event.Action === 'destroy') news.gone(id);
  }

  async function keep(work: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!signal.aborted) {
      await work().catch((error: Error) => signal.aborted || log('output-events-lost', { error: error.message }));
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  void keep(hearEvents, RETRY_MS);
  void keep(sweep, SWEEP_MS);
}
