// Tells when a container of an add-on of ours has ended or gone. What the engine says is lost while it, or we, are away: whoever hears
// looks at all of them, after each break as well, and now and then.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerOf, type Engine } from '../engine.js';
import { ADDON_LABEL, ofHome } from '../labels.js';

const AGAIN_MS = 1_000;

/** Calls `hear` for each of them, and when the engine can be heard (again), until `signal` is aborted. */
export function hearServiceEnds(o: { engine: Engine; homeId: string; signal: AbortSignal }, hear: () => void): void {
  const { signal } = o;

  async function listen(): Promise<void> {
    const filters = JSON.stringify({ type: ['container'], event: ['die', 'destroy'], ...ofHome(o.homeId, ADDON_LABEL) });
    const stream = (await dockerOf(o.engine).getEvents({ filters, abortSignal: signal })) as unknown as Readable;
    stream.on('error', () => undefined);
    hear();
    for await (const _ of createInterface({ input: stream })) hear();
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      await listen().catch(() => undefined);
      await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  void keep();
}
