// One reader of an app's log: the past, then, when tailing, what comes. Subscribes first, reads the past, drops repeats.
import type { ServerResponse } from 'node:http';
import { readBatches } from '../bus/log-lines.js';
import type { Bus } from '../bus/open-bus.js';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import type { LogSession } from '../model/session-token.js';
import { formatLine, formatTime, platformLine } from '../model/logs/log-line.js';
import { filterBatch } from './filter-batch.js';
import type { Framing } from './framing.js';
import { selectPast, type Past } from './history.js';
import type { Hub, Tail } from './hub.js';
import { makeTailBuffer } from './tail-buffer.js';

export interface SessionOptions {
  bus: Bus;
  hub: Hub;
  session: LogSession;
  framing: Framing;
  /** The last number the reader has seen; empty when it begins. */
  resumeFrom: string;
  out: ServerResponse;
  now: () => number;
}

const BUFFER_CHARS = 1_048_576;
const KEEPALIVE_MS = 25_000;
const HISTORY_WAIT_MS = 3_000;

/** Serves until the past has been sent, or, when tailing, until the reader leaves. */
export async function serveSession(o: SessionOptions): Promise<void> {
  const { session, framing, out } = o;
  const buffer = makeTailBuffer({ maxChars: BUFFER_CHARS, now: o.now });
  let isLive = false;

  const pump = () => {
    while (isLive && !out.writableNeedDrain && !out.destroyed) {
      const lost = buffer.takeLost();
      if (lost) out.write(framing.notice(overflow(lost, o.now())));
      const batch = buffer.take();
      if (!batch) return;
      out.write(framing.batch(batch));
    }
  };
  const tail: Tail = {
    hear(batch) {
      const shown = filterBatch(batch, session);
      if (shown.count === 0) return;
      buffer.push(shown);
      pump();
    },
    lose: buffer.lose,
  };

  const leave = session.tail ? await follow(o, tail) : null;
  const past = await readPast(o);
  if (past.missing > 0) out.write(framing.notice(overflow({ count: past.missing, since: o.now() }, o.now())));
  if (past.shown) out.write(framing.batch(past.shown));
  if (!leave || out.destroyed) {
    leave?.();
    out.end();
    return;
  }

  if (past.last !== '') buffer.dropUntil(past.last);
  isLive = true;
  out.on('drain', pump);
  pump();
  const beat = setInterval(() => !out.writableNeedDrain && framing.keepalive && out.write(framing.keepalive), KEEPALIVE_MS);
  await new Promise((resolve) => out.once('close', resolve));
  clearInterval(beat);
  leave();
}

/** Null when Redis doesn't answer in time. */
async function follow(o: SessionOptions, tail: Tail): Promise<(() => void) | null> {
  const following = o.hub.follow(o.session.appId, tail);
  return within(HISTORY_WAIT_MS, following, redisIsLate).catch(() => {
    void following.then(
      (leave) => leave(),
      () => undefined,
    );
    return null;
  });
}

async function readPast(o: SessionOptions): Promise<Past> {
  try {
    const batches = await within(HISTORY_WAIT_MS, readBatches(o.bus, o.session.appId, o.resumeFrom || undefined), redisIsLate);
    return selectPast(batches, { lines: o.session.lines, filter: o.session, now: o.now(), resumeFrom: o.resumeFrom });
  } catch (error) {
    log('history-not-read', { app: o.session.appId, error: (error as Error).message });
    o.out.write(o.framing.notice(formatLine(platformLine(o.now(), 'logplex', 'Error L15 (Tail buffer temporarily unavailable)'))));
    return { shown: null, last: '', missing: 0 };
  }
}

function overflow(lost: { count: number; since: number }, now: number): string {
  const text = `Error L11 (Tail buffer overflow) -> This tail session dropped ${lost.count} messages since ${formatTime(lost.since)}.`;
  return formatLine(platformLine(now, 'logplex', text));
}

function redisIsLate(): never {
  throw new Error(`Redis didn't answer within ${HISTORY_WAIT_MS} ms`);
}
