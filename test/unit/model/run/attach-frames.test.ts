import { describe, expect, test } from 'vitest';
import { exitFrame, frame, openFrameReader, readExitStatus, readWindow, windowFrame } from '../../../../src/model/run/attach-frames.js';

const SENT = [
  frame('input', Buffer.from('a\0b')),
  windowFrame({ rows: 24, columns: 70_000 }),
  frame('inputEnd'),
  exitFrame(143),
  exitFrame(null),
];

/** What is read of the same bytes, in chunks of some size; parts of one kind behind each other are one. */
function read(bytes: Buffer, size: number): string[] {
  const reader = openFrameReader();
  const seen: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const { kind, payload } of reader(bytes.subarray(at, at + size))) {
      if (kind === 'input' && seen.at(-1)?.startsWith('input:')) seen.push(`${seen.pop()}${payload}`);
      else
        seen.push(
          `${kind}:${kind === 'window' ? JSON.stringify(readWindow(payload)) : kind === 'exit' ? readExitStatus(payload) : payload}`,
        );
    }
  }
  return seen;
}

describe('frames', () => {
  test.each([1, 2, 3, 5, 7, 1_000])('are read whatever they arrive in: chunks of %i', (size) => {
    expect(read(Buffer.concat(SENT), size)).toEqual([
      'input:a\0b',
      'window:{"rows":24,"columns":65535}',
      'inputEnd:',
      'exit:143',
      'exit:null',
    ]);
  });

  test.each([
    ['an unknown kind', Buffer.from([99, 0, 0, 0, 0])],
    ['a long one of what is short', Buffer.from([2, 0, 0, 1, 0])],
  ])('%s is none', (_name, bytes) => {
    expect(() => [...openFrameReader()(bytes)]).toThrow('this is no frame');
  });

  test('what is passed on is not gathered: a frame of 4 GB costs its chunks', () => {
    const reader = openFrameReader();
    expect([...reader(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2]))]).toEqual([{ kind: 'input', payload: Buffer.from([1, 2]) }]);
    expect([...reader(Buffer.from([3]))]).toEqual([{ kind: 'input', payload: Buffer.from([3]) }]);
  });
});
