import { expect, test } from 'vitest';
import { eachRecord, hearText } from '../../../src/dynos/output/engine-records.js';
import { cleanText } from '../../../src/model/logs/log-text.js';
import { endPending, joinRecord, printEngineTime, type Pending } from '../../../src/dynos/output/join-record.js';

const T = '2026-03-13T15:08:07.123456789Z';
const record = (log: string, stream = 'stdout') => `${JSON.stringify({ log, stream, time: T })}\n`;

/** Whole lines are shown with their line feed; `plain` ones must not need cleaning. */
function read(chunk: string): { heard: string[][]; unreadable: number } {
  const heard: string[][] = [];
  const unreadable = eachRecord(chunk, (stream, time, text, kind) => {
    if (kind === 'plain') expect(cleanText(text)).toBe(text);
    heard.push([stream, time, kind === 'part' ? text : `${text}\n`]);
  });
  return { heard, unreadable };
}

test.each([
  ['plain', record('hello\n'), [['stdout', T, 'hello\n']]],
  ['stderr', record('hello\n', 'stderr'), [['stderr', T, 'hello\n']]],
  ['empty', record('\n'), [['stdout', T, '\n']]],
  ['quotes and backslashes', record('a "b" \\ \\n c\n'), [['stdout', T, 'a "b" \\ \\n c\n']]],
  ['a backslash at the end', record('a\\'), [['stdout', T, 'a\\']]],
  ['a part of a long line', record('part'), [['stdout', T, 'part']]],
  ['text that looks like a tail', record('","stream":"stderr","time":"x"}\n'), [['stdout', T, '","stream":"stderr","time":"x"}\n']]],
  ['escaped controls', '{"log":"\\u001b[31mred\\u003c\\n","stream":"stdout","time":"' + T + '"}\n', [['stdout', T, '\u001b[31mred<\n']]],
  ['attributes', `${JSON.stringify({ log: 'x\n', stream: 'stderr', attrs: { a: '1' }, time: T })}\n`, [['stderr', T, 'x\n']]],
  [
    'two',
    record('a\n') + record('b\n', 'stderr'),
    [
      ['stdout', T, 'a\n'],
      ['stderr', T, 'b\n'],
    ],
  ],
  ['a delete character', record('a\u007fb\n'), [['stdout', T, 'a\u007fb\n']]],
  ['no stream', `{"log":"x\\n","time":"${T}"}\n`, [['stdout', T, 'x\n']]],
])('reads %s', (_, chunk, heard) => {
  expect(read(chunk)).toEqual({ heard, unreadable: 0 });
});

test.each([
  ['a record cut short before the next', `{"log":"abc${record('next\n')}`, [['stdout', T, 'next\n']], 0],
  ['zeros after a crash', `\0\0\0\0${record('next\n')}`, [['stdout', T, 'next\n']], 0],
  ['rubbish', `rubbish\n${record('next\n')}`, [['stdout', T, 'next\n']], 1],
  ['an empty line', `\n${record('next\n')}`, [['stdout', T, 'next\n']], 1],
  ['JSON that is no record', `{"log":5,"time":"x"}\n[]\nnull\n${record('next\n')}`, [['stdout', T, 'next\n']], 3],
  ['an unfinished end', `${record('one\n')}{"log":"tw`, [['stdout', T, 'one\n']], 0],
])('copes with %s', (_, chunk, heard, unreadable) => {
  expect(read(chunk)).toEqual({ heard, unreadable });
});

function join(parts: [stream: 'stdout' | 'stderr', text: string][], pending: Pending = {}): { lines: string[]; pending: Pending } {
  const lines: string[] = [];
  const hear = (time: string, line: string) => void lines.push(`${time} ${line}`);
  parts.forEach(([stream, text], n) =>
    hearText(stream, `t${n}`, text, (_, time, body, kind) => joinRecord(pending, { stream, time, text: body, kind }, hear)),
  );
  return { lines, pending };
}

test.each([
  [
    'whole lines',
    [
      ['stdout', 'a\n'],
      ['stdout', 'b\n'],
    ],
    ['t0 a', 't1 b'],
  ],
  [
    'two parts, with the time of the first',
    [
      ['stdout', 'a'],
      ['stdout', 'b\n'],
    ],
    ['t0 ab'],
  ],
  [
    'three parts',
    [
      ['stdout', 'a'],
      ['stdout', 'b'],
      ['stdout', 'c\n'],
    ],
    ['t0 abc'],
  ],
  [
    'streams apart',
    [
      ['stdout', 'a'],
      ['stderr', 'x\n'],
      ['stdout', 'b\n'],
    ],
    ['t1 x', 't0 ab'],
  ],
  [
    'both streams in parts',
    [
      ['stdout', 'a'],
      ['stderr', 'x'],
      ['stdout', 'b\n'],
      ['stderr', 'y\n'],
    ],
    ['t0 ab', 't1 xy'],
  ],
  [
    'an end of its own',
    [
      ['stdout', 'a'],
      ['stdout', '\n'],
    ],
    ['t0 a'],
  ],
  ['CRLF', [['stdout', 'a\r\n']], ['t0 a']],
] as [string, [stream: 'stdout' | 'stderr', text: string][], string[]][])('joins %s', (_, parts, lines) => {
  expect(join(parts)).toEqual({ lines, pending: { stdout: undefined, stderr: undefined } });
  expect(JSON.parse(JSON.stringify(join(parts).pending))).toEqual({});
});

test('a line without end is said in full pieces, and never grows', () => {
  const { lines, pending } = join(Array.from({ length: 100 }, () => ['stdout', 'x'.repeat(16_384)]));
  expect(lines.length).toBe(163);
  expect(new Set(lines.map((line) => line.split(' ')[1]?.length))).toEqual(new Set([10_000]));
  expect(pending.stdout?.text.length).toBe(8_400);
});

test('what is pending is said at the end', () => {
  const { pending } = join([
    ['stdout', 'a'],
    ['stderr', 'b'],
  ]);
  const lines: string[] = [];
  endPending(pending, (time, line) => lines.push(`${time} ${line}`));
  endPending(pending, (time, line) => lines.push(`${time} ${line}`));
  expect(lines).toEqual(['t0 a', 't1 b']);
});

test.each([
  ['2026-03-13T15:08:07.123456789Z', '2026-03-13T15:08:07.123456+00:00'],
  ['2026-03-13T15:08:07.12Z', '2026-03-13T15:08:07.120000+00:00'],
  ['2026-03-13T15:08:07Z', '2026-03-13T15:08:07.000000+00:00'],
  ['2026-03-13T15:08:07.123456Z', '2026-03-13T15:08:07.123456+00:00'],
])("the engine's %s prints as %s", (time, printed) => {
  expect(printEngineTime(time)).toBe(printed);
});
