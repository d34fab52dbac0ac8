// The outbox against a real PostgreSQL and Redis.
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workOutbox, type Deliver } from '../../../src/chores/outbox/work-outbox.js';
import { ComeAgain } from '../../../src/model/outbox/outbox.js';
import { inTransaction, type OpenStore, type Store } from '../../../src/store/open-store.js';
import { countWaiting, takeMessages, trimOutbox, writeMessage } from '../../../src/store/outbox/outbox.js';
import { until } from '../../support/until.js';
import { openContext, type OpenContext } from '../actions/open-context.js';

let opened: OpenContext;
let store: OpenStore;
let stop = (): Promise<void> => Promise.resolve();

beforeAll(async () => {
  opened = await openContext();
  ({ store } = opened);
});
beforeEach(() => store.db.deleteFrom('outbox').execute());
afterEach(() => stop());
afterAll(() => opened.stop());

const write = (addonId: string, { receiver = 'acme', lane = 'one' } = {}) =>
  writeMessage(store, { topic: 'addon', payload: { addonId }, receiver, lane });

function work(deliver: Deliver<'addon'>, { lookMs = 60_000, ...o }: { lookMs?: number; holdMs?: number; store?: Store } = {}): void {
  const deliveries = {
    addon: deliver,
    webhook: () => Promise.resolve(),
    'commit-status': () => Promise.resolve(),
    'deploy-key': () => Promise.resolve(),
    rotation: () => Promise.resolve(),
  };
  stop = workOutbox({ store, bus: opened.bus, deliveries, random: () => 0, lookMs: async () => lookMs, ...o });
}

describe('what is in the outbox', () => {
  it('comes again when its receiver says, not when we would', async () => {
    const seen: number[] = [];
    await write('a');
    work(async ({ attempt }) => {
      seen.push(attempt);
      if (attempt < 4) throw new ComeAgain('not now', 10);
    });
    // By our own clock the fourth try would come after 7 s.
    await until(() => countWaiting(store)).toBe(0);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('leaves in order within its lane, though the first try of one fails', async () => {
    const seen: string[] = [];
    for (const id of ['a', 'b', 'c']) await write(id);
    work(async ({ payload, attempt }) => {
      seen.push(`${payload.addonId}${attempt}`);
      if (payload.addonId === 'b' && attempt === 1) throw new Error('not now');
    });
    await until(() => countWaiting(store)).toBe(0);
    expect(seen).toEqual(['a1', 'b1', 'b2', 'c1']);
    expect(await trimOutbox(store, 3_600_000)).toBe(0);
    expect(await trimOutbox(store, -1_000)).toBe(3);
  });

  it('is not delayed by a receiver that never answers', async () => {
    for (let i = 0; i < 40; i += 1) await write('x', { receiver: 'dead', lane: String(i) });
    for (let i = 0; i < 40; i += 1) await write('y', { receiver: 'alive', lane: String(i) });
    let hanging = 0;
    let arrived = 0;
    work(async ({ receiver }, { signal }) => {
      if (receiver === 'alive') return void (arrived += 1);
      hanging += 1;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    await until(() => arrived).toBe(40);
    expect(hanging).toBe(3);
  });

  it('leaves before what others have waiting longer, where its receiver has nothing under way', async () => {
    for (let i = 0; i < 5; i += 1) await write('x', { receiver: 'busy', lane: String(i) });
    await write('y', { receiver: 'idle' });
    const taken = await takeMessages(store, { most: 2, perReceiver: 3, holdMs: 60_000 });
    expect(taken.map(({ receiver }) => receiver)).toEqual(['busy', 'idle']);
    const rest = await takeMessages(store, { most: 5, perReceiver: 3, holdMs: 60_000 });
    expect(rest.map(({ receiver }) => receiver)).toEqual(['busy', 'busy']);
  });

  it('is taken in no time though ten thousand wait', async () => {
    await sql`insert into outbox (topic, payload, receiver, lane)
      select 'addon', '{}', 'acme', n from generate_series(1, 10000) n`.execute(store.db);
    const began = performance.now();
    expect(await takeMessages(store, { most: 5, perReceiver: 3, holdMs: 60_000 })).toHaveLength(3);
    // Their square takes 10 s.
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('never leaves when its transaction is rolled back', async () => {
    const failing = inTransaction(store, async (within) => {
      await writeMessage(within, { topic: 'addon', payload: { addonId: 'z' }, receiver: 'acme', lane: 'one' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    work(async () => undefined);
    expect(await countWaiting(store)).toBe(0);
  });

  it('is woken by a publish', async () => {
    let arrived = 0;
    work(async () => void (arrived += 1));
    // The subscription is open once a first message has come.
    await until(async () => {
      await write('first', { lane: `try-${Date.now()}` });
      await opened.bus.publish('outbox-written', {});
      return arrived > 0;
    }).toBe(true);
  });

  it('is found by looking when the publish is lost', async () => {
    let arrived = 0;
    work(async () => void (arrived += 1), { lookMs: 100 });
    await write('silent');
    await until(() => arrived).toBe(1);
  });

  it('is asked for only when something is due: looking is one statement', async () => {
    await write('later');
    await store.db
      .updateTable('outbox')
      .set({ dueAt: new Date(Date.now() + 60_000) })
      .execute();
    const asked: string[] = [];
    const db = store.db.withPlugin({
      transformQuery: ({ node }) => (asked.push(JSON.stringify(node)), node),
      transformResult: ({ result }) => Promise.resolve(result),
    });
    work(async () => undefined, { lookMs: 100, store: { ...store, db } });
    await until(() => asked.length).toBeGreaterThan(2);
    expect(asked.filter((each) => each.includes('update outbox'))).toEqual([]);
  });

  it('is delivered by another when whoever took it died', async () => {
    await write('taken');
    expect(await takeMessages(store, { most: 5, perReceiver: 5, holdMs: 500 })).toMatchObject([{ attempt: 1 }]);
    expect(await takeMessages(store, { most: 5, perReceiver: 5, holdMs: 500 })).toEqual([]);
    const attempts: number[] = [];
    work(async ({ attempt }) => void attempts.push(attempt));
    await until(() => attempts).toEqual([2]);
  });

  it('is given up after three days, and says why', async () => {
    await write('old');
    await store.db
      .updateTable('outbox')
      .set({ createdAt: new Date(Date.now() - 4 * 86_400_000) })
      .execute();
    const lasts: boolean[] = [];
    work(async (_message, { isLast }) => {
      lasts.push(isLast);
      throw new Error('still down');
    });
    await until(() => countWaiting(store)).toBe(0);
    expect(lasts).toEqual([true]);
    expect(await store.db.selectFrom('outbox').select('failure').executeTakeFirst()).toEqual({ failure: 'still down' });
  });
});
