// An app's log: a capped stream of batches with numbers (history) and a channel (live).
// One message carries many lines: that is five times cheaper than a message a line.
import type { LogLine } from '../model/log-line.js';
import { compareSeq } from './build-output.js';
import type { Bus } from './open-bus.js';

export interface LogBatch {
  seq: string;
  lines: LogLine[];
}

/** Lines kept of each app. */
export const HISTORY_LINES = 1_500;
const KEEP_S = 604_800;
const streamKey = (appId: string) => `logs:${appId}`;

/** Appends a batch of lines, then publishes it. `cursor` is written in the same transaction (see dynos' tailing). */
export async function appendLines(bus: Bus, appId: string, lines: LogLine[], cursor?: { key: string; field: string; value: string }): Promise<void> {
  if (lines.length === 0) return;
  const key = streamKey(appId);
  const payload = JSON.stringify(lines);
  const steps = bus.redis.multi().xadd(key, 'MAXLEN', '~', HISTORY_LINES, '*', 'lines', payload).expire(key, KEEP_S);
  if (cursor) steps.hset(cursor.key, cursor.field, cursor.value);
  const results = await steps.exec();
  const seq = String(results?.[0]?.[1] ?? '');
  await bus.redis.publish(key, JSON.stringify({ seq, lines } satisfies LogBatch));
}

/** Batches kept of an app, oldest first, holding at least the last HISTORY_LINES lines. */
export async function readBatches(bus: Bus, appId: string): Promise<LogBatch[]> {
  const rows = await bus.redis.xrevrange(streamKey(appId), '+', '-', 'COUNT', HISTORY_LINES);
  return rows.map(([seq, fields]) => ({ seq, lines: JSON.parse(fields[1] ?? '[]') as LogLine[] })).reverse();
}

/** Calls `hear` for each batch after `seq` that is published, until the returned function is called. */
export function followBatches(bus: Bus, appId: string, hear: (batch: LogBatch) => void): Promise<() => void> {
  let last = '';
  return bus.listen(streamKey(appId), (payload) => {
    const batch = JSON.parse(payload) as LogBatch;
    if (last !== '' && compareSeq(batch.seq, last) <= 0) return;
    last = batch.seq;
    hear(batch);
  });
}

/** Forgets an app's log. */
export async function deleteLog(bus: Bus, appId: string): Promise<void> {
  await bus.redis.del(streamKey(appId));
}
