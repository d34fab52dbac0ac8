// Redis as the platform's nervous system: one connection to talk, one to listen.
import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import { patientRedis } from '../lib/redis-options.js';
import { isNearlyFull } from './redis-memory.js';
import type { ChannelName, Channels } from './channels.js';

export interface Bus {
  /** The connection for commands: streams, hashes, publish. */
  redis: Redis;
  publish<N extends ChannelName>(name: N, message: Channels[N]): Promise<void>;
  /** Calls `hear` for each message until the returned function is called. */
  subscribe<N extends ChannelName>(name: N, hear: (message: Channels[N]) => void): Promise<() => void>;
  /** The same for a channel outside the table (`logs:<app>`, `output:<build>`), with the raw payload. */
  listen(channel: string, hear: (payload: string) => void): Promise<() => void>;
  /** Calls back each time the connection has come back after a loss: whoever listens must read again. */
  onReconnect(hear: () => void): void;
  isUp(): Promise<boolean>;
  /**
   * Whether nine tenths of what Redis may take are taken; by what was known at the last call, some seconds ago at most. What may be lost
   * is not sent then: the rest is for what may not.
   */
  isFull(): boolean;
  close(): Promise<void>;
}

/** What is older isn't believed: how full Redis is, is read again for whoever wants to know next. */
const BELIEVED_MS = 1_000;
/** How often it is read though nobody wants to know. */
const LOOK_MS = 10_000;

/** Connects, and goes on reconnecting for as long as it is open. Commands wait for the connection. */
export function openBus(o: { url: string }): Bus {
  const options = patientRedis(o.url);
  const redis = new Redis(options);
  const listener = new Redis(options);
  const hearers = new Map<string, Set<(payload: string) => void>>();
  const reconnects = new Set<() => void>();
  let wasReady = false;
  for (const [name, connection] of Object.entries({ redis, listener })) {
    connection.on('error', (error: Error) => log('bus-error', { connection: name, error: error.message }));
  }
  listener.on('message', (channel: string, payload: string) => {
    for (const hear of hearers.get(channel) ?? []) hear(payload);
  });
  listener.on('ready', () => {
    if (wasReady) for (const hear of reconnects) hear();
    wasReady = true;
  });

  let isFull = false;
  let lookedAt = 0;
  const look = async () => {
    lookedAt = performance.now();
    if (redis.status === 'ready') isFull = isNearlyFull(await redis.info('memory'));
  };
  const lookNow = () => void look().catch(() => undefined);
  const timer = setInterval(lookNow, LOOK_MS).unref();
  redis.on('ready', lookNow);

  async function listen(channel: string, hear: (payload: string) => void): Promise<() => void> {
    const known = hearers.get(channel);
    if (known) known.add(hear);
    else hearers.set(channel, new Set([hear]));
    if (!known) await listener.subscribe(channel);
    return () => {
      const set = hearers.get(channel);
      if (!set?.delete(hear) || set.size > 0) return;
      hearers.delete(channel);
      listener.unsubscribe(channel).catch(() => undefined);
    };
  }

  return {
    redis,
    listen,
    async publish(name, message) {
      await redis.publish(name, JSON.stringify(message));
    },
    subscribe: (name, hear) => listen(name, (payload) => hear(JSON.parse(payload))),
    onReconnect: (hear) => void reconnects.add(hear),
    isUp: () => answers(redis),
    isFull() {
      if (performance.now() - lookedAt >= BELIEVED_MS) lookNow();
      return isFull;
    },
    async close() {
      clearInterval(timer);
      redis.disconnect();
      listener.disconnect();
    },
  };
}

async function answers(redis: Redis): Promise<boolean> {
  if (redis.status !== 'ready') return false;
  const answer = redis.ping().then(
    () => true,
    () => false,
  );
  return within(2_000, answer, () => false);
}
