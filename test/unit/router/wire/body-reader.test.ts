// Bodies as bytes, whole, cut in two anywhere, and byte by byte: always one reading.
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../../src/router/wire/body-reader.js';

/** `hello | rest`, with what follows the body; `hello …` where it isn't whole, `hello !` where it is broken. */
function read(length: Parameters<typeof readBody>[0], packets: string[]): string {
  const body = readBody(length);
  let data = '';
  let rest = '';
  for (const packet of packets) {
    const bytes = Buffer.from(packet, 'latin1');
    const at =
      body.isDone || body.isBroken ? 0 : body.read(bytes, 0, (chunk, start, end) => (data += chunk.toString('latin1', start, end)));
    rest += bytes.toString('latin1', at);
    if (body.isBroken) return `${data} !`;
  }
  const trailers = body.trailers.length > 0 ? ` ${JSON.stringify(body.trailers)}` : '';
  return body.isDone ? `${data} |${trailers} ${rest}` : `${data} …`;
}

const bodies: [length: number | 'chunked' | 'until close', bytes: string, expected: string][] = [
  [5, 'hello', 'hello | '],
  [5, 'helloGET', 'hello | GET'],
  [5, 'hel', 'hel …'],
  ['until close', 'hello', 'hello …'],
  ['chunked', '5\r\nhello\r\n0\r\n\r\nGET', 'hello | GET'],
  ['chunked', '0\r\n\r\n', ' | '],
  ['chunked', '000\r\n\r\n', ' | '],
  ['chunked', '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', 'hello | '],
  ['chunked', 'A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n', '01234567890123456789 | '],
  ['chunked', '5;a=b;c="d e"\r\nhello\r\n0;f\r\n\r\n', 'hello | '],
  ['chunked', '2\r\n\r\n\r\n0\r\n\r\n', '\r\n | '],
  ['chunked', '5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\nGET', 'hello | ["A","b","C","d"] GET'],
  ['chunked', '5\r\nhello\r\n0\r\nA: b\r\n', 'hello …'],
  ['chunked', '5\r\nhello\r\n0\r\n', 'hello …'],
  ['chunked', '5\r\nhel', 'hel …'],
  ['chunked', '\r\nhello', ' !'],
  ['chunked', 'g\r\n', ' !'],
  ['chunked', '-1\r\n', ' !'],
  ['chunked', '+1\r\n', ' !'],
  ['chunked', '0x1\r\n', ' !'],
  ['chunked', ' 1\r\n', ' !'],
  ['chunked', '1 \r\n', ' !'],
  ['chunked', '1\n', ' !'],
  ['chunked', '1\rx', ' !'],
  ['chunked', '20000000000000\r\n', ' !'],
  ['chunked', '00000000000000001\r\n', ' !'],
  ['chunked', '1;\0\r\n', ' !'],
  ['chunked', '1;a\n', ' !'],
  ['chunked', `1;${'a'.repeat(16_400)}`, ' !'],
  ['chunked', '1\r\nab', 'a !'],
  ['chunked', '1\r\na\n', 'a !'],
  ['chunked', '1\r\na\rb', 'a !'],
  ['chunked', '0\r\n\rx', ' !'],
  ['chunked', '0\r\n\n', ' !'],
  ['chunked', '0\r\nA\r\n\r\n', ' !'],
  ['chunked', '0\r\nA : b\r\n\r\n', ' !'],
  ['chunked', '0\r\nA: b\r\n c\r\n\r\n', ' !'],
  ['chunked', '0\r\nA: b\nC: d\r\n\r\n', ' !'],
];

describe('a body', () => {
  it.each(bodies)('%s: %j → %j', (length, bytes, expected) => {
    expect(read(length, [bytes])).toBe(expected);
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let at = 1; at < bytes.length; at += step)
      expect(read(length, [bytes.slice(0, at), bytes.slice(at)]), `cut at ${at}`).toBe(expected);
    expect(read(length, [...bytes])).toBe(expected);
  });

  it('of no length is whole before a byte has come', () => {
    expect(readBody(0).isDone).toBe(true);
  });
});
