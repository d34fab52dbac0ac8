// Heads as bytes, whole, cut in two anywhere, and byte by byte: always one reading.
import { describe, expect, it } from 'vitest';
import { HeadBuffer } from '../../../../src/router/wire/head-buffer.js';
import { parseRequestHead } from '../../../../src/router/wire/request-line.js';
import { mayBecomeAnswer, parseAnswerHead } from '../../../../src/router/wire/status-line.js';

const MOST = 200;

/** What the packets hold, as `GET / 1.1 a=b`; a status where they are refused; `…` where the head isn't whole. */
function read(...packets: string[]): string {
  const buffer = new HeadBuffer(MOST);
  for (const packet of packets.filter((each) => each !== '')) {
    buffer.take(Buffer.from(packet, 'latin1'), 0);
    if (buffer.state === 'foreign') return '400';
    if (buffer.state === 'oversized') return '431';
    if (buffer.state === 'whole') return shown(parseRequestHead(buffer.text));
  }
  return '…';
}

function shown(head: ReturnType<typeof parseRequestHead>): string {
  if ('cause' in head) return String(head.status);
  const { method, url, httpVersion, rawHeaders } = head;
  return [method, url, httpVersion, ...rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}=${rawHeaders[i + 1]}`] : []))].join(' ');
}

const heads: [bytes: string, expected: string][] = [
  ['GET / HTTP/1.1\r\n\r\n', 'GET / 1.1'],
  ['GET / HTTP/1.1\r\nA: b\r\n\r\n', 'GET / 1.1 A=b'],
  ['\r\nGET / HTTP/1.1\r\n\r\n', 'GET / 1.1'],
  ['\r\n\r\n\r\nGET / HTTP/1.0\r\nA:b\r\n\r\n', 'GET / 1.0 A=b'],
  ['GET / HTTP/1.1\r\nA: \t b c \t\r\nB:\r\n\r\n', 'GET / 1.1 A=b c B='],
  ['GET / HTTP/1.1\r\nA: \xa0b\xa0\r\n\r\n', 'GET / 1.1 A=\xa0b\xa0'],
  ['GET / HTTP/1.1\r\nA: b:c\r\n\r\n', 'GET / 1.1 A=b:c'],
  ['a!b http://x:1/?y#z HTTP/9.9\r\n\r\n', 'a!b http://x:1/?y#z 9.9'],
  ['GET / HTTP/1.1\r\nA: b', '…'],
  ['GET / HTTP/1.1\r\nA: b\r\n', '…'],
  ['\r\n', '…'],
  ['\r', '…'],
  ['\nGET / HTTP/1.1\r\n\r\n', '400'],
  ['\rGET / HTTP/1.1\r\n\r\n', '400'],
  ['GET / HTTP/1.1\n\n', '400'],
  ['GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\n A: b\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA: \0\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA : b\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\n: b\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA\r\nB: c\r\n\r\n', '400'],
  ['GET / HTTP/1.1\r\nA\xe9: b\r\n\r\n', '400'],
  ['GET  / HTTP/1.1\r\n\r\n', '400'],
  ['GET /  HTTP/1.1\r\n\r\n', '400'],
  ['GET /\tHTTP/1.1\r\n\r\n', '400'],
  [' GET / HTTP/1.1\r\n\r\n', '400'],
  ['GET / HTTP/1.1 \r\n\r\n', '400'],
  ['GET / HTTP/1.11\r\n\r\n', '400'],
  ['GET /\xe9 HTTP/1.1\r\n\r\n', '400'],
  ['GET /\r\n\r\n', '400'],
  ['GET\r\n\r\n', '400'],
  ['\x16\x03\x01', '400'],
  [`${'A'.repeat(128)} / HTTP/1.1\r\n\r\n`, '400'],
  [`GET / HTTP/1.1\r\nA: ${'a'.repeat(300)}`, '431'],
  [`GET / HTTP/1.1\r\nA: ${'a'.repeat(300)}\r\n\r\n`, '431'],
];

describe('a head of a request', () => {
  it.each(heads)('%j → %s', (bytes, expected) => {
    expect(read(bytes)).toBe(expected);
    for (let at = 1; at < bytes.length; at += 1) expect(read(bytes.slice(0, at), bytes.slice(at)), `cut at ${at}`).toBe(expected);
    expect(read(...bytes)).toBe(expected);
  });

  it('ends where it ends: what follows is the next', () => {
    const bytes = Buffer.from('GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n', 'latin1');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const buffer = new HeadBuffer(MOST);
      const found: string[] = [];
      for (const packet of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        for (let at = 0; at < packet.length;) {
          at = buffer.take(packet, at);
          if (buffer.state === 'whole') found.push(buffer.text);
        }
      }
      expect(found).toEqual(['GET /1 HTTP/1.1', 'GET /2 HTTP/1.1']);
    }
  });
});

describe('a head of an answer', () => {
  const answers: [string, string | null][] = [
    ['HTTP/1.1 200 OK', '200 OK 1.1 []'],
    ['HTTP/1.0 404 Not Found\r\nA: b', '404 Not Found 1.0 ["A","b"]'],
    ['HTTP/1.1 200 ', '200  1.1 []'],
    ['HTTP/1.1 200', '200  1.1 []'],
    ['HTTP/1.1 799 \xe9', '799 \xe9 1.1 []'],
    ['HTTP/1.1 099 No', null],
    ['HTTP/1.1 20 OK', null],
    ['HTTP/1.1 2000 OK', null],
    ['HTTP/1.2 200 OK', null],
    ['HTTP/2.0 200 OK', null],
    ['http/1.1 200 OK', null],
    ['HTTP/1.1  200 OK', null],
    ['HTTP/1.1 200 O\rK', null],
    ['HTTP/1.1 200 OK\r\nA : b', null],
    ['HTTP/1.1 200 OK\r\nA: b\r\n c', null],
    ['HTTP/1.1 200 OK\nA: b', null],
  ];
  it.each(answers)('%j → %s', (text, expected) => {
    const answer = parseAnswerHead(text);
    expect(answer && `${answer.status} ${answer.reason} ${answer.httpVersion} ${JSON.stringify(answer.headers)}`).toBe(expected);
  });

  const beginnings: [string, boolean][] = [
    ['', true],
    ['H', true],
    ['HTTP/1.', true],
    ['HTTP/1.1 20', true],
    ['HTTP/1.1 200 OK\r\nA', true],
    ['SSH', false],
    ['HTTP/2', false],
    ['HTTP/1.1 abc\r\n', false],
  ];
  it.each(beginnings)('%j may become one: %s', (text, may) => {
    expect(mayBecomeAnswer(text)).toBe(may);
  });
});
