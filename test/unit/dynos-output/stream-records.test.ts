import { expect, test } from 'vitest';
import { isRepeat, sinceOf, type Heard } from '../../../src/dynos/output/repeats.js';
import { makeStreamReader } from '../../../src/dynos/output/stream-records.js';

function frame(type: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = type;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

const stream = Buffer.concat([
  frame(1, 'T1 hello\n'),
  frame(2, 'T2 oh no\n'),
  frame(1, 'T3 grüße\n'),
  frame(1, 'T4 \n'),
  frame(1, 'T5 on'),
]);
const records = [
  ['stdout', 'T1', 'hello', 'whole'],
  ['stderr', 'T2', 'oh no', 'whole'],
  ['stdout', 'T3', 'grüße', 'whole'],
  ['stdout', 'T4', '', 'whole'],
  ['stdout', 'T5', 'on', 'part'],
];

test.each([1, 2, 3, 7, 8, 9, 20, 1000])('frames that come in pieces of %i bytes', (size) => {
  const heard: string[][] = [];
  const read = makeStreamReader(false, (...each) => void heard.push(each));
  for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
  expect(heard).toEqual(records);
});

test.each([1, 5, 100])("a terminal's lines in pieces of %i bytes", (size) => {
  const heard: string[][] = [];
  const read = makeStreamReader(true, (...each) => heard.push(each));
  const bytes = Buffer.from('T1 one\r\nT2 grüße\r\n');
  for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
  expect(heard).toEqual([
    ['stdout', 'T1', 'one\r', 'whole'],
    ['stdout', 'T2', 'grüße\r', 'whole'],
  ]);
});

const at = (second: number, fraction = '') => `2026-03-13T15:08:0${second}${fraction}Z`;

test('what was heard before a stream was opened again is a repeat', () => {
  const before: Heard = { stdout: { time: at(5, '.5'), count: 2 } };
  const again: Heard = {};
  const results = [at(4), at(5, '.5'), at(5, '.5'), at(5, '.500000001'), at(6)].map((time) => isRepeat(before, again, 'stdout', time));
  expect(results).toEqual([true, true, true, false, false]);
  expect(isRepeat(before, again, 'stderr', at(1))).toBe(false);
});

test('records of one moment are told apart by their count', () => {
  const before: Heard = { stdout: { time: at(5), count: 2 } };
  const again: Heard = {};
  expect([1, 2, 3].map(() => isRepeat(before, again, 'stdout', at(5)))).toEqual([true, true, false]);
});

test.each([
  [{}, '0'],
  [{ stdout: { time: at(7, '.12'), count: 1 } }, `${Date.UTC(2026, 2, 13, 15, 8, 7) / 1000}.120000000`],
  [{ stdout: { time: at(7, '.12'), count: 1 }, stderr: { time: at(6), count: 1 } }, `${Date.UTC(2026, 2, 13, 15, 8, 6) / 1000}.000000000`],
])('asks the engine again from the earlier stream', (heard, since) => {
  expect(sinceOf(heard)).toBe(since);
});
