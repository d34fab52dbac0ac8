// Sends a container's lines to its app's log, each batch exactly once: the reader's place is saved with the batch.
import { setTimeout as sleep } from 'node:timers/promises';
import { appendBatch, type Appended } from '../../bus/log-lines.js';
import { isRedisFull } from '../../bus/redis-memory.js';
import type { Bus } from '../../bus/open-bus.js';
import { log } from '../../lib/log.js';

export interface Sender {
  /** The place that was saved last, here or by a process before; empty for none. */
  load(): Promise<string>;
  /**
   * Sends lines and saves `place`. Waits for as long as Redis is away, or full: the engine's files keep what comes meanwhile;
   * `moved` when another process has sent them.
   */
  send(lines: string[], place: string): Promise<Appended>;
  /** Forgets the place: the container is gone. */
  forget(): Promise<void>;
}

const RETRY_MS = 500;

/** @param o.key the hash that keeps the places of an engine's containers */
export function openSender(o: { bus: Bus; key: string; appId: string; containerId: string; signal: AbortSignal }): Sender {
  let saved = '';
  const field = o.containerId;

  async function trySend(batch: { text: string; count: number }, place: string): Promise<Appended | null> {
    try {
      return await appendBatch(o.bus, o.appId, batch, { key: o.key, field, from: saved, to: place });
    } catch (error) {
      if (!isRedisFull(error)) log('output-not-sent', { app: o.appId, container: field.slice(0, 12), error: (error as Error).message });
      return null;
    }
  }

  return {
    async load() {
      saved = (await o.bus.redis.hget(o.key, field)) ?? '';
      return saved;
    },
    async send(lines, place) {
      const batch = { text: `${lines.join('\n')}\n`, count: lines.length };
      for (;;) {
        const appended = await trySend(batch, place);
        if (appended && appended !== 'moved') saved = place;
        if (appended) return appended;
        await sleep(RETRY_MS, undefined, { signal: o.signal });
      }
    },
    async forget() {
      await o.bus.redis.hdel(o.key, field);
    },
  };
}
