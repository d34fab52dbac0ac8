// One subscription per app, shared by all of its tails. Pub/sub forgets: what is missing between two batches, or was
// said while Redis was away, is read from the history; what isn't there any more is counted.
import { followBatches, readBatches, readLastSequence, type LogBatch } from '../bus/log-lines.js';
import type { Bus } from '../bus/open-bus.js';
import { log } from '../lib/log.js';
import { compareSequences, missingBetween } from '../model/logs/log-sequence.js';

export interface Tail {
  /** Called for each batch, in order, each once. Must not block. */
  hear(batch: LogBatch): void;
  /** Called when this many lines can't be had any more. */
  lose(count: number): void;
}

export interface Hub {
  /** Hears an app's lines from now on, until the returned function is called. */
  follow(appId: string, tail: Tail): Promise<() => void>;
}

interface Channel {
  tails: Set<Tail>;
  /** The last number that was told, or was there at the start (empty: none); null until that is known. */
  last: string | null;
  /** What comes while the history is read; newest kept. */
  waiting: LogBatch[] | null;
  /** Settles with what ends the subscription. */
  stop: Promise<() => void>;
}

const MAX_WAITING = 100;

export function openHub(bus: Bus): Hub {
  const channels = new Map<string, Channel>();
  bus.onReconnect(() => {
    for (const [appId, channel] of channels) void catchUp(appId, channel);
  });

  function hear(appId: string, channel: Channel, batch: LogBatch): void {
    if (channel.waiting) {
      channel.waiting.push(batch);
      if (channel.waiting.length > MAX_WAITING) channel.waiting.shift();
    } else if (channel.last !== null && missingBetween(channel.last, batch) > 0) {
      void catchUp(appId, channel, batch);
    } else tell(channel, batch);
  }

  async function catchUp(appId: string, channel: Channel, ...then: LogBatch[]): Promise<void> {
    if (channel.waiting || channel.last === null) return;
    channel.waiting = then;
    const missed = await readBatches(bus, appId, channel.last || undefined).catch((error: Error) => {
      log('tail-history-lost', { app: appId, error: error.message });
      return [];
    });
    for (const batch of missed) tell(channel, batch);
    const late = channel.waiting;
    channel.waiting = null;
    for (const batch of late) tell(channel, batch);
  }

  return {
    async follow(appId, tail) {
      let channel = channels.get(appId);
      if (!channel) {
        const made: Channel = {
          tails: new Set(),
          last: null,
          waiting: null,
          stop: followBatches(bus, appId, (batch) => hear(appId, made, batch)),
        };
        channel = made;
        channels.set(appId, made);
      }
      const { tails, stop } = channel;
      tails.add(tail);
      const leave = () => {
        tails.delete(tail);
        if (tails.size > 0 || channels.get(appId)?.tails !== tails) return;
        channels.delete(appId);
        void stop.then(
          (end) => end(),
          () => undefined,
        );
      };
      try {
        await stop;
        const last = await readLastSequence(bus, appId);
        channel.last ??= last;
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

function tell(channel: Channel, batch: LogBatch): void {
  if (channel.last !== null) {
    if (compareSequences(batch.seq, channel.last) <= 0) return;
    const missing = missingBetween(channel.last, batch);
    if (missing > 0) for (const tail of channel.tails) tail.lose(missing);
  }
  channel.last = batch.seq;
  for (const tail of channel.tails) tail.hear(batch);
}
