import { expect, test } from 'vitest';
import { apiLine, formatLine, formatTime, parseLine, platformLine } from '../../../../src/model/logs/log-line.js';
import { matches } from '../../../../src/model/logs/log-filter.js';
import { compareSequences, isSequence, missingBetween } from '../../../../src/model/logs/log-sequence.js';
import { cleanText, cutText, MAX_LINE_BYTES } from '../../../../src/model/logs/log-text.js';

const TIME = Date.UTC(2026, 2, 13, 15, 8, 7, 123);

test.each([
  [TIME, '2026-03-13T15:08:07.123000+00:00'],
  [TIME + 0.456, '2026-03-13T15:08:07.123456+00:00'],
  [TIME + 0.9999, '2026-03-13T15:08:07.124000+00:00'],
  [0, '1970-01-01T00:00:00.000000+00:00'],
])('time %d prints as %s', (time, printed) => {
  expect(formatTime(time)).toBe(printed);
});

test('times of other seconds, back and forth, are their own', () => {
  const times = [0, 999.9994, 999.9996, 1_000, 59_999, 60_000, 0.001, TIME, TIME + 877, TIME - 124];
  const plain = (ms: number) => `${new Date(Math.floor(Math.round(ms * 1_000) / 1_000)).toISOString().slice(0, 23)}`;
  for (const time of times) expect(formatTime(time).slice(0, 23)).toBe(plain(time));
  expect(times.map((time) => formatTime(time).slice(23))).toEqual(
    ['000', '999', '000', '000', '000', '000', '001', '000', '000', '000'].map((micros) => `${micros}+00:00`),
  );
});

test.each([
  [
    platformLine(TIME, 'web.1', 'State changed from starting to up'),
    '2026-03-13T15:08:07.123000+00:00 heroku[web.1]: State changed from starting to up',
  ],
  [apiLine(TIME, 'Deploy abc by user jane@example.com'), '2026-03-13T15:08:07.123000+00:00 app[api]: Deploy abc by user jane@example.com'],
  [
    { time: TIME, source: 'app' as const, ps: 'web.1', text: 'one\n2026-01-01T00:00:00.000000+00:00 heroku[api]: forged' },
    '2026-03-13T15:08:07.123000+00:00 app[web.1]: one 2026-01-01T00:00:00.000000+00:00 heroku[api]: forged',
  ],
])('a line prints on one line', (line, printed) => {
  expect(formatLine(line)).toBe(printed);
});

test.each([
  [{ time: TIME, source: 'app' as const, ps: 'web.1', text: '' }],
  [{ time: TIME + 0.5, source: 'heroku' as const, ps: 'router', text: 'at=info path="/a]: b" [x]' }],
])('what is printed can be read back: %j', (line) => {
  expect(parseLine(formatLine(line))).toEqual(line);
});

test.each([
  '',
  'hello',
  '2026-03-13T15:08:07.123000+00:00 other[web.1]: x',
  '2026-03-13T15:08:07.123000+00:00 app[web.1',
  'x'.repeat(33) + 'app[web.1]: x',
])('%j is no line', (text) => {
  expect(parseLine(text)).toBeNull();
});

const ESC = '\u001b';
test.each([
  ['plain\ttext', 'plain\ttext'],
  ['end\r\n', 'end'],
  ['end\r\r\n', 'end'],
  ['10%\r20%', '10% 20%'],
  ['two\nlines', 'two lines'],
  [`${ESC}[1;31mred${ESC}[0m`, `${ESC}[1;31mred${ESC}[0m`],
  [`${ESC}[38:5:1mred${ESC}[m`, `${ESC}[38:5:1mred${ESC}[m`],
  [`${ESC}[2J${ESC}[1;1Htop`, 'top'],
  [`${ESC}]0;title\u0007text`, 'text'],
  [`${ESC}]8;;http://x${ESC}\\link`, 'link'],
  [`${ESC}[?25lhidden`, 'hidden'],
  [`a${ESC}`, 'a'],
  ['nul\0bell\u0007', 'nulbell'],
  ['separator\u2028here', 'separator here'],
])('text %j becomes %j', (text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

test.each([
  ['short', [5]],
  ['x'.repeat(MAX_LINE_BYTES), [MAX_LINE_BYTES]],
  ['x'.repeat(MAX_LINE_BYTES + 1), [MAX_LINE_BYTES, 1]],
  ['x'.repeat(25_000), [10_000, 10_000, 5_000]],
  ['é'.repeat(5_001), [10_000, 2]],
  [`x${'é'.repeat(5_000)}`, [9_999, 2]],
  [`xx${'🎉'.repeat(2_500)}`, [9_998, 4]],
])('a line of many bytes is cut between characters', (text, sizes) => {
  const pieces = cutText(text);
  expect(pieces.map((piece) => Buffer.byteLength(piece))).toEqual(sizes);
  expect(pieces.join('')).toBe(text);
});

test.each([
  [{}, true],
  [{ source: 'app' }, true],
  [{ source: 'heroku' }, false],
  [{ source: null, dyno: null }, true],
  [{ source: '', dyno: '' }, true],
  [{ dyno: 'web.1' }, true],
  [{ dyno: 'web' }, true],
  [{ dyno: 'we' }, false],
  [{ dyno: 'web.10' }, false],
  [{ dyno: 'worker' }, false],
  [{ source: 'app', dyno: 'web' }, true],
  [{ source: 'heroku', dyno: 'web' }, false],
])('filter %j passes app[web.1]: %j', (filter, passes) => {
  expect(matches(formatLine({ time: TIME, source: 'app', ps: 'web.1', text: 'heroku[worker.1]: x' }), filter)).toBe(passes);
});

test.each([
  ['5-2', '5-10', -1],
  ['5-10', '5-10', 0],
  ['6-1', '5-10', 1],
  ['5-1', '', 1],
])('%s against %s', (a, b, order) => {
  expect(Math.sign(compareSequences(a, b))).toBe(order);
});

test.each([
  ['5-10', { seq: '5-12', count: 2 }, 0],
  ['5-10', { seq: '5-15', count: 2 }, 3],
  ['5-10', { seq: '5-11', count: 9 }, 0],
  ['5-10', { seq: '6-500', count: 1 }, 0],
  ['', { seq: '6-500', count: 1 }, 0],
])('between %s and %j %i are missing', (last, batch, missing) => {
  expect(missingBetween(last, batch)).toBe(missing);
});

test.each([
  ['1732-5', true],
  ['', false],
  ['5', false],
  ['-1-5', false],
  ['a-b', false],
  ['5-5\n', false],
])('%j is a number of a line: %j', (text, is) => {
  expect(isSequence(text)).toBe(is);
});
