import { expect, it } from 'vitest';
import { asEvents, asText, eventOf } from '../../../../src/api/output/output-formats.js';
import type { OutputPiece } from '../../../../src/api/output/follow-output.js';

it.each([
  ['one', 3, 'id: 3\ndata: one\n\n'],
  ['one\n', 4, 'id: 4\ndata: one\ndata: \n\n'],
  ['a\nb', 3, 'id: 3\ndata: a\ndata: b\n\n'],
  ['a\r\nb\rc', null, 'data: a\ndata: b\ndata: c\n\n'],
])('%j becomes an event', (text, offset, event) => {
  expect(eventOf(text, offset)).toBe(event);
});

it('news is told, but has no id to go on from', async () => {
  const pieces: OutputPiece[] = [
    { text: 'news\n', offset: null },
    { text: 'kept', offset: 4 },
  ];
  expect(await collect(asText(streamOf(pieces)))).toBe('news\nkept');
  expect(await collect(asEvents(streamOf(pieces)))).toBe('data: news\ndata: \n\nid: 4\ndata: kept\n\n');
});

async function* streamOf(pieces: OutputPiece[]) {
  yield* pieces;
}

async function collect(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}
