// What a build or a release command says: appended with a number first, then told; readers read on from where they are.
import type { Bus } from './open-bus.js';

export interface OutputChunk {
  /** The chunk's number in its stream: `1526919030474-0`. */
  seq: string;
  text: string;
  /** The last chunk, empty, says that nothing more will come. */
  end: boolean;
}

const KEEP_S = 3_600;
const streamKey = (id: string) => `output:${id}`;

/** Appends text to the output of a build (or of a release command); `end` closes it. */
export async function appendOutput(bus: Bus, id: string, text: string, end = false): Promise<void> {
  const key = streamKey(id);
  await bus.redis.xadd(key, '*', 'text', text, 'end', end ? '1' : '');
  await bus.redis.multi().publish(key, '').expire(key, KEEP_S).exec();
}

/** What has been said so far, or after the chunk `after`; whether it has ended; at most `limit` chunks. */
export async function readOutput(bus: Bus, id: string, after = '', limit = 1_000_000): Promise<{ chunks: OutputChunk[] }> {
  const rows = await bus.redis.xrange(streamKey(id), after === '' ? '-' : `(${after}`, '+', 'COUNT', limit);
  return { chunks: rows.map(([seq, fields]) => ({ seq, text: fields[1] ?? '', end: fields[3] === '1' })) };
}

/** Calls `hear` whenever something is appended, until the returned function is called: for readers at their own pace. */
export function onOutput(bus: Bus, id: string, hear: () => void): Promise<() => void> {
  return bus.listen(streamKey(id), hear);
}

/** Forgets what builds and release commands have said that have ended. Returns of how many. */
export async function forgetEndedOutputs(bus: Bus): Promise<number> {
  let count = 0;
  for await (const keys of bus.redis.scanStream({ match: streamKey('*'), count: 500 })) {
    for (const key of keys as string[]) {
      const [last] = await bus.redis.xrevrange(key, '+', '-', 'COUNT', 1);
      if (last?.[1][3] === '1') count += await bus.redis.del(key);
    }
  }
  return count;
}
