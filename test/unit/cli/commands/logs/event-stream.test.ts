import { describe, expect, it } from 'vitest';
import { readEvents, readLines } from '../../../../../src/cli/commands/logs/event-stream.js';

async function* bytes(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('readLines', () => {
  it('joins what chunks cut, even inside a letter', async () => {
    const letter = new TextEncoder().encode('ü');
    expect(await all(readLines(bytes('a\nb', 'c\r\n', letter.slice(0, 1), letter.slice(1), '\n\nend')))).toEqual([
      'a',
      'bc',
      'ü',
      '',
      'end',
    ]);
  });
  it('of nothing are none', async () => expect(await all(readLines(bytes()))).toEqual([]));
});

describe('readEvents', () => {
  it('reads data, ids and several lines of data', async () => {
    const text = ': keepalive\n\nid: 7\ndata: one\n\nid: 8\ndata: two\ndata:three\n\n';
    expect(await all(readEvents(bytes(text.slice(0, 20), text.slice(20))))).toEqual([
      { id: '7', data: 'one' },
      { id: '8', data: 'two\nthree' },
    ]);
  });
  it('passes over other kinds, and an event without an end', async () => {
    expect(await all(readEvents(bytes('event: ping\ndata: x\n\ndata: y\n\ndata: z')))).toEqual([{ id: undefined, data: 'y' }]);
  });
});
