// Works the outbox off: what is due is delivered, each topic by whoever knows how. A publish wakes it; what a lost publish didn't
// tell is found by looking.
import type { Bus } from '../../bus/open-bus.js';
import { limit } from '../../lib/async/limit.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import { ComeAgain, isHopeless, lookAgainAfter, pauseAfter, type Message, type Topic } from '../../model/outbox/outbox.js';
import type { Store } from '../../store/open-store.js';
import { endMessage, nextDue, postponeMessage, takeMessages } from '../../store/outbox/outbox.js';

/**
 * Delivers one message; may be called twice for the same. It returns when the message has arrived, or needn't any more; it throws
 * to be called again after `pauseMs`. `isLast` says that it won't be.
 */
export type Deliver<T extends Topic> = (message: Message<T>, o: { signal: AbortSignal; isLast: boolean; pauseMs: number }) => Promise<void>;

export type Deliveries = { [T in Topic]: Deliver<T> };

interface Worked {
  store: Store;
  bus: Bus;
  deliveries: Deliveries;
  /** How often it looks by itself; asked anew each time. */
  lookMs?: () => Promise<number>;
  /** What one delivery may take, before it is given to somebody else. */
  holdMs?: number;
  random?: () => number;
}

const AT_ONCE = 16;
/** So many of one receiver at once: one that never answers leaves the other places alone. */
const PER_RECEIVER = 3;

const LOOK_MS = 10_000;
const FAULT_MS = 1_000;

/** Begins; the returned function stops it, and waits a moment for what is under way. What it cuts off is delivered again. */
export function workOutbox({ store, bus, deliveries, lookMs = async () => LOOK_MS, holdMs = 60_000, random = Math.random }: Worked) {
  const wake = makeWake();
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const places = limit(AT_ONCE);

  async function deliver(message: Message): Promise<void> {
    const isLast = isHopeless(message.createdAt, Date.now());
    const pauseMs = pauseAfter(message.attempt, random);
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(Math.round(holdMs * 0.8))]);
    try {
      await (deliveries[message.topic] as Deliver<Topic>)(message, { signal, isLast, pauseMs });
      await endMessage(store, message.id);
    } catch (error) {
      if (stop.signal.aborted) return;
      const failure = (error as Error).message.slice(0, 500);
      log('not-delivered', { message: message.id, topic: message.topic, to: message.receiver, attempt: message.attempt, error: failure });
      await (isLast
        ? endMessage(store, message.id, failure)
        : postponeMessage(store, message.id, { pauseMs: error instanceof ComeAgain ? error.pauseMs : pauseMs, failure }));
    }
  }

  function begin(message: Message): void {
    const work = places(() => deliver(message))
      .catch((error: Error) => log('outbox-fault', { message: message.id, error: error.message }))
      .finally(() => {
        underWay.delete(work);
        wake.ring();
      });
    underWay.add(work);
  }

  /** Asks only when the next is due, where none is: that is a quarter of the work. */
  async function look(): Promise<number> {
    const nextMs = await nextDue(store);
    const most = nextMs !== null && nextMs <= 0 ? AT_ONCE - underWay.size : 0;
    const taken = most > 0 ? await takeMessages(store, { most, perReceiver: PER_RECEIVER, holdMs }) : [];
    taken.forEach(begin);
    return lookAgainAfter({ nextMs, taken: taken.length, lookMs: await lookMs() });
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const pauseMs = await look().catch((error: Error) => {
        log('outbox-fault', { error: error.message });
        return FAULT_MS;
      });
      await wake.wait(pauseMs);
    }
  }

  bus.onReconnect(wake.ring);
  const ended = run();
  const listening = bus.subscribe('outbox-written', wake.ring).catch((error: Error) => log('outbox-fault', { error: error.message }));
  return async () => {
    stop.abort();
    wake.ring();
    await within(2_000, Promise.all([ended, ...underWay]));
    (await within(1_000, listening))?.();
  };
}
