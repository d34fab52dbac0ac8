// What the verbs are given: a real PostgreSQL and Redis of the test's own.
import { randomBytes } from 'node:crypto';
import type { Context } from '../../../src/actions/context.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { openBus, type Bus } from '../../../src/bus/open-bus.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { openStore, type OpenStore } from '../../../src/store/open-store.js';
import { startStores, type TestStores } from '../../support/stores.js';

export interface OpenContext {
  ctx: Context;
  store: OpenStore;
  bus: Bus;
  stop(): Promise<void>;
}

/** Starts the stores; whoever calls it stops them. */
export async function openContext(o: Pick<Context, 'quotas'> = {}): Promise<OpenContext> {
  const stores = await startStores();
  const open = await contextOn(stores, o);
  return { ...open, stop: () => open.stop().finally(stores.stop) };
}

/** The same on stores that are there. */
export async function contextOn(stores: TestStores, o: Pick<Context, 'quotas'> = {}): Promise<OpenContext> {
  const store = await openStore({ url: stores.databaseUrl, key: randomBytes(32) });
  const bus = openBus({ url: stores.redisUrl });
  const queue = openQueue({ url: stores.redisUrl });
  const ctx = { store, bus, queue, lines: openLineWriter(bus), sizes: SIZES, ...o };
  return {
    ctx,
    store,
    bus,
    async stop() {
      await ctx.lines.flush();
      await Promise.allSettled([queue.close(), bus.close(), store.close()]);
    },
  };
}
