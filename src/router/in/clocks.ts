// What may not take longer: one clock looks at all connections of a port now and then, so that none needs timers of its own.
import { performance } from 'node:perf_hooks';
import type { Limits } from '../limits.js';
import type { AttemptView, Exchange } from './exchange.js';
import type { ClientView, Port } from './port.js';

/** How exact the clocks are: a part of the shortest of their times. */
const LOOKS = 60;
/** How long a client may take to read the last of its answers and close. */
const LEAVE_MS = 1_000;

/** Starts the clock; gives what stops it. */
export function startClocks({ clients, sessions }: Pick<Port, 'clients' | 'sessions'>, limits: Limits): () => void {
  const { firstByteMs, idleMs, headersMs, keepAliveMs } = limits;
  const everyMs = Math.ceil(Math.min(firstByteMs, idleMs, headersMs, keepAliveMs) / LOOKS);
  const timer = setInterval(() => {
    const now = performance.now();
    for (const client of clients) look(client, now, limits);
    for (const session of sessions) session.look(now, limits);
  }, everyMs);
  return () => clearInterval(timer);
}

function look(client: ClientView, now: number, limits: Limits): void {
  const waitedMs = now - client.sinceTick;
  if (client.exchange?.attempt) lookAtExchange(client.exchange, client.exchange.attempt, now, limits);
  else if (client.isUnread) void (waitedMs > limits.idleMs && client.neverRead());
  else if (client.phase === 'leaving') void (waitedMs > LEAVE_MS && client.socket.writableLength === 0 && client.destroy());
  else if (client.phase === 'idle' && client.headBytes > 0) void (waitedMs > limits.headersMs && client.tooLate());
  else if (client.phase === 'idle') void (waitedMs > (client.isFresh ? limits.headersMs : limits.keepAliveMs) && client.destroy());
  else if (client.isDrained && waitedMs > limits.keepAliveMs) client.destroy();
}

/** Ends it where it has taken too long. */
export function lookAtExchange(x: Exchange, attempt: AttemptView, now: number, { firstByteMs, idleMs }: Limits): void {
  if (attempt.wholeTick !== null && now - attempt.wholeTick > firstByteMs) return attempt.fail({ code: 'H12' });
  if (!attempt.isWatched) return;
  const moved = x.client.bytesMoved();
  if (moved !== x.moved) [x.moved, x.movedTick] = [moved, now];
  else if (now - x.movedTick > idleMs) attempt.fail({ code: attempt.isClientsTurn() ? 'H28' : 'H15' });
}
