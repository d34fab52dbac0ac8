// A build's output: appended with a number first, then published; readers subscribe, read the past, drop repeats.
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
  const seq = await bus.redis.xadd(key, '*', 'text', text, 'end', end ? '1' : '');
  const chunk: OutputChunk = { seq: seq ?? '', text, end };
  await bus.redis.multi().publish(key, JSON.stringify(chunk)).expire(key, KEEP_S).exec();
}

/** What has been said so far, or after the chunk `after`; whether it has ended; at most `limit` chunks. */
export async function readOutput(bus: Bus, id: string, after = '', limit = 1_000_000): Promise<{ chunks: OutputChunk[] }> {
  const rows = await bus.redis.xrange(streamKey(id), after === '' ? '-' : `(${after}`, '+', 'COUNT', limit);
  return { chunks: rows.map(([seq, fields]) => ({ seq, text: fields[1] ?? '', end: fields[3] === '1' })) };
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

/** Calls `hear` for every chunk from the first, live, each once. Returns the function that stops it. */
export async function followOutput(bus: Bus, id: string, hear: (chunk: OutputChunk) => void): Promise<() => void> {
  let last = '';
  const tell = (chunk: OutputChunk) => {
    if (last !== '' && compareSeq(chunk.seq, last) <= 0) return;
    last = chunk.seq;
    hear(chunk);
  };
  let early: OutputChunk[] | null = [];
  const stop = await bus.listen(streamKey(id), (payload) => {
    const chunk = JSON.parse(payload) as OutputChunk;
    if (early) early.push(chunk);
    else tell(chunk);
  });
  const past = await readOutput(bus, id);
  past.chunks.forEach(tell);
  early.forEach(tell);
  early = null;
  return stop;
}

/** Calls `hear` whenever something is appended, until the returned function is called: for readers at their own pace. */
export function onOutput(bus: Bus, id: string, hear: () => void): Promise<() => void> {
  return bus.listen(streamKey(id), hear);
}

/** Orders Redis stream ids `<ms>-<n>`. */
export function compareSeq(a: string, b: string): number {
  const [aMs = 0, aN = 0] = a.split('-').map(Number);
  const [bMs = 0, bN = 0] = b.split('-').map(Number);
  return aMs - bMs || aN - bN;
}
