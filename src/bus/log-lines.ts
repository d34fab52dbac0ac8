// An app's log: a capped stream of batches (history) and a channel (live), both of printed lines.
// One message carries many lines: that is five times cheaper than a message a line. Numbering, trimming and publishing
// happen in one step inside Redis, so that batches are heard in the order of their numbers.
import type { Bus } from './open-bus.js';
import { RedisFull } from './redis-memory.js';

export interface LogBatch {
  /** The number of its last line: `<ms when this log began>-<n>`. */
  seq: string;
  /** How many lines it holds. */
  count: number;
  /** Printed lines, each ended by a line feed. */
  text: string;
}

/** Moves a reader's place from one value to another together with the lines it read (see dynos' tailing). */
export interface Cursor {
  key: string;
  field: string;
  /** What must be saved now; empty when nothing is. */
  from: string;
  to: string;
}

/** `repeated`: this batch was appended before. `moved`: another reader has moved the cursor. */
export type Appended = 'appended' | 'repeated' | 'moved';

/** Lines kept of each app. */
export const HISTORY_LINES = 1_500;
const KEEP_S = 604_800;
const streamKey = (appId: string) => `logs:${appId}`;
const endKey = (appId: string) => `logs:${appId}:end`;
/** Says that the app is gone: its dynos' last words, and whatever else comes late, begin no new log. */
const goneKey = (appId: string) => `logs-gone:${appId}`;

const APPEND = `
local text, count, keep, seconds, field, from, to = unpack(ARGV)
if field then
  local at = redis.call('HGET', KEYS[4], field)
  if at == to then return 'repeated' end
  if at and at ~= from then return 'moved' end
  redis.call('HSET', KEYS[4], field, to)
end
if redis.call('EXISTS', KEYS[3]) == 1 then return 'appended' end
local began = redis.call('HGET', KEYS[2], 'began')
if not began then
  local now = redis.call('TIME')
  began = string.format('%d', now[1] * 1000 + math.floor(now[2] / 1000))
  redis.call('HSET', KEYS[2], 'began', began)
end
local last = redis.call('HINCRBY', KEYS[2], 'lines', count)
local seq = began .. '-' .. string.format('%d', last)
redis.call('XADD', KEYS[1], seq, 'count', count, 'text', text)
redis.call('XTRIM', KEYS[1], 'MINID', began .. '-' .. string.format('%d', math.max(0, last - keep + 1)))
redis.call('EXPIRE', KEYS[1], seconds)
redis.call('EXPIRE', KEYS[2], seconds)
redis.call('PUBLISH', KEYS[1], seq .. ' ' .. count .. '\\n' .. text)
return 'appended'
`;

/**
 * Appends printed lines, each ended by a line feed, and publishes them; with a cursor exactly once. Those of an app that is
 * gone are dropped. Throws RedisFull where they may not take more memory.
 */
export async function appendBatch(bus: Bus, appId: string, batch: { text: string; count: number }, cursor?: Cursor): Promise<Appended> {
  if (bus.isFull()) throw new RedisFull();
  const keys = [streamKey(appId), endKey(appId), goneKey(appId), ...(cursor ? [cursor.key] : [])];
  const moves = cursor ? [cursor.field, cursor.from, cursor.to] : [];
  return (await bus.redis.eval(APPEND, keys.length, ...keys, batch.text, batch.count, HISTORY_LINES, KEEP_S, ...moves)) as Appended;
}

/** Batches kept of an app that end after line `after`, oldest first; the first may reach further back than needed. */
export async function readBatches(bus: Bus, appId: string, after?: string): Promise<LogBatch[]> {
  const rows = await bus.redis.xrange(streamKey(appId), after ? `(${after}` : '-', '+');
  return rows.map(([seq, fields]) => ({ seq, count: Number(fields[1]), text: fields[3] ?? '' }));
}

/** The number of the last line ever appended to an app's log; empty when there is none. */
export async function readLastSequence(bus: Bus, appId: string): Promise<string> {
  const [began, lines] = await bus.redis.hmget(endKey(appId), 'began', 'lines');
  return began ? `${began}-${lines}` : '';
}

/** Calls `hear` for each batch that is published, in order, until the returned function is called. */
export function followBatches(bus: Bus, appId: string, hear: (batch: LogBatch) => void): Promise<() => void> {
  return bus.listen(streamKey(appId), (payload) => {
    const start = payload.indexOf('\n') + 1;
    const [seq = '', count] = payload.slice(0, start - 1).split(' ');
    hear({ seq, count: Number(count), text: payload.slice(start) });
  });
}

/** Forgets the log of an app that is gone, and takes nothing more for it. */
export async function deleteLog(bus: Bus, appId: string): Promise<void> {
  await bus.redis.multi().set(goneKey(appId), '1', 'EX', KEEP_S).del(streamKey(appId), endKey(appId)).exec();
}

/** What a log takes of Redis' memory. */
export async function logBytes(bus: Bus, appId: string): Promise<number> {
  return Number((await bus.redis.memory('USAGE', streamKey(appId))) ?? 0);
}

/** Forgets the older half of a log. Whoever reads it is told how much is missing, by its numbers. */
export async function trimLog(bus: Bus, appId: string): Promise<void> {
  const batches = await bus.redis.xlen(streamKey(appId));
  await bus.redis.xtrim(streamKey(appId), 'MAXLEN', Math.floor(batches / 2));
}

/** Ids of the apps that have a log. */
export async function listLogs(bus: Bus): Promise<string[]> {
  const apps = new Set<string>();
  for await (const keys of bus.redis.scanStream({ match: 'logs:*', count: 500 })) {
    for (const key of keys as string[]) apps.add(key.split(':')[1] ?? '');
  }
  return [...apps];
}
