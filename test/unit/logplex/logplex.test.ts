import { expect, test } from 'vitest';
import type { LogBatch } from '../../../src/bus/log-lines.js';
import { filterBatch } from '../../../src/logplex/filter-batch.js';
import { chooseFraming } from '../../../src/logplex/framing.js';
import { selectPast } from '../../../src/logplex/history.js';
import { makeTailBuffer } from '../../../src/logplex/tail-buffer.js';
import { formatLine } from '../../../src/model/logs/log-line.js';

const NOW = Date.UTC(2026, 2, 13);
const DAY_MS = 86_400_000;

function line(text: string, o: { ps?: string; time?: number } = {}): string {
  return formatLine({ time: o.time ?? NOW, source: o.ps === 'router' ? 'heroku' : 'app', ps: o.ps ?? 'web.1', text });
}

function batch(seq: string, ...lines: string[]): LogBatch {
  return { seq, count: lines.length, text: lines.map((each) => `${each}\n`).join('') };
}

const textsOf = (shown: LogBatch | null) =>
  (shown?.text ?? '')
    .split('\n')
    .slice(0, -1)
    .map((each) => each.slice(each.indexOf(']: ') + 3));

const log = [
  batch('1-2', line('old', { time: NOW - 8 * DAY_MS }), line('a')),
  batch('1-5', line('b'), line('r1', { ps: 'router' }), line('c')),
  batch('1-6', line('r2', { ps: 'router' })),
];

test.each([
  { o: { lines: 100 }, texts: ['a', 'b', 'r1', 'c', 'r2'] },
  { o: { lines: 2 }, texts: ['c', 'r2'] },
  { o: { lines: 0 }, texts: [] },
  { o: { lines: 2, filter: { dyno: 'web' } }, texts: ['b', 'c'] },
  { o: { lines: 2, filter: { source: 'heroku' } }, texts: ['r1', 'r2'] },
  { o: { lines: 2, filter: { dyno: 'worker' } }, texts: [] },
  { o: { lines: 1, resumeFrom: '1-1' }, texts: ['a', 'b', 'r1', 'c', 'r2'] },
])('the past with $o', ({ o, texts }) => {
  const past = selectPast(log, { filter: {}, resumeFrom: '', now: NOW, ...o });
  expect(textsOf(past.shown)).toEqual(texts);
  expect(past.last).toBe('1-6');
  expect(past.shown?.count ?? 0).toBe(texts.length);
});

test.each([
  { batches: [], resumeFrom: '1-7', last: '1-7', missing: 0 },
  { batches: log.slice(1), resumeFrom: '1-1', last: '1-6', missing: 1 },
  { batches: log, resumeFrom: '1-1', last: '1-6', missing: 0 },
  { batches: [], resumeFrom: '', last: '', missing: 0 },
])('the past after $resumeFrom', ({ batches, resumeFrom, last, missing }) => {
  expect(selectPast(batches, { lines: 10, filter: {}, resumeFrom, now: NOW })).toMatchObject({ last, missing });
});

test('a batch that passes whole is not copied', () => {
  const all = batch('1-2', line('a'), line('b'));
  expect(filterBatch(all, {})).toBe(all);
  expect(filterBatch(all, { dyno: 'web' })).toBe(all);
  expect(filterBatch(all, { dyno: 'worker' })).toEqual({ seq: '1-2', count: 0, text: '' });
});

test.each([
  [undefined, 'text/plain; charset=utf-8', 'one\ntwo\n', 'notice\n', ''],
  ['*/*', 'text/plain; charset=utf-8', 'one\ntwo\n', 'notice\n', ''],
  ['Text/Event-Stream', 'text/event-stream', 'id: 1-2\ndata: one\ndata: two\n\n', 'data: notice\n\n', ': keepalive\n\n'],
  ['text/html, text/event-stream;q=0.9', 'text/event-stream', 'id: 1-2\ndata: one\ndata: two\n\n', 'data: notice\n\n', ': keepalive\n\n'],
])('Accept: %s is answered with %s', (accept, contentType, text, notice, keepalive) => {
  const framing = chooseFraming(accept);
  expect(framing.contentType).toBe(contentType);
  expect(framing.batch(batch('1-2', 'one', 'two'))).toBe(text);
  expect(framing.notice('notice')).toBe(notice);
  expect(framing.keepalive).toBe(keepalive);
});

test('a full buffer keeps the newest and counts what it lost', () => {
  const buffer = makeTailBuffer({ maxChars: 25, now: () => NOW });
  for (const n of [1, 2, 3, 4]) buffer.push(batch(`1-${n * 2}`, 'xxxx', 'xxxx'));
  buffer.lose(5);
  expect(buffer.takeLost()).toEqual({ count: 9, since: NOW });
  expect(buffer.takeLost()).toBeNull();
  expect([buffer.take()?.seq, buffer.take()?.seq, buffer.take()]).toEqual(['1-6', '1-8', undefined]);
});

test('a batch larger than the buffer is still shown', () => {
  const buffer = makeTailBuffer({ maxChars: 5, now: () => NOW });
  buffer.push(batch('1-1', 'much longer'));
  expect(buffer.takeLost()).toBeNull();
  expect(buffer.take()?.seq).toBe('1-1');
});

test('what was shown before is dropped, also when it comes later', () => {
  const buffer = makeTailBuffer({ maxChars: 100, now: () => NOW });
  for (const n of [1, 2, 3]) buffer.push(batch(`1-${n}`, 'x'));
  buffer.dropUntil('1-2');
  buffer.push(batch('1-2', 'x'));
  buffer.push(batch('1-4', 'x'));
  expect([buffer.take()?.seq, buffer.take()?.seq, buffer.take()]).toEqual(['1-3', '1-4', undefined]);
});
