// What a dyno may answer, and what its client gets; and what it may not.
import { get } from '../support.js';
import type { Case } from './plane.js';

const H = 'Host: demo.localhost';
const head = (method: string, version = '1.1') => `${method} / HTTP/${version}\r\n${H}\r\n\r\n`;
const ok = (headers: string, body = '') => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked';

interface Answer {
  send?: string;
  after?: 'end' | 'reset';
  saw?: string;
  got: string[];
  /** What the line says behind the method; `200` where absent. */
  line?: string;
}

const page = (status: number) => ({ got: [`${status} page`, 'open'] });
const h17 = { ...page(503), line: 'H17 503' };
const h18 = { ...page(503), line: 'H18 503' };
const h25 = { ...page(502), line: 'H25 502' };
const asHead = { send: head('HEAD'), saw: 'HEAD /' };
const asOld = { send: head('GET', '1.0') };

const rows: [name: string, answer: string, outcome: Answer][] = [
  ['with a length', ok('Content-Length: 2', 'hi'), { got: ['200 "hi"', 'open'] }],
  ['with a length of nothing', ok('Content-Length: 0'), { got: ['200', 'open'] }],
  ['in chunks', ok(CHUNKED, '2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n'), { got: ['200 "hi!"', 'open'] }],
  ['in chunks with extensions', ok(CHUNKED, '2;a="b"\r\nhi\r\n0;c\r\n\r\n'), { got: ['200 "hi"', 'open'] }],
  ['in chunks with trailers', ok(CHUNKED, '2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n'), { got: ['200 "hi + X-T: 1"', 'open'] }],
  ['in chunks, coding in capitals', ok('Transfer-Encoding: CHUNKED', '2\r\nhi\r\n0\r\n\r\n'), { got: ['200 "hi"', 'open'] }],
  ['until the end', ok('X: 1', 'hi'), { after: 'end', got: ['200 x=1 "hi"', 'open'] }],
  ['until the end, by a 1.0 server', 'HTTP/1.0 200 OK\r\n\r\nhi', { after: 'end', got: ['200 "hi"', 'open'] }],
  ['in chunks to HTTP/1.0', ok(CHUNKED, '2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n'), { ...asOld, got: ['200 "hi"', 'closed'] }],
  ['until the end to HTTP/1.0', ok('X: 1', 'hi'), { ...asOld, after: 'end', got: ['200 x=1 "hi"', 'closed'] }],
  ['with a status of its own', 'HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n', { got: ['799', 'open'], line: '799' }],
  ['without a reason', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', { got: ['200', 'open'] }],
  ['without a reason nor a blank', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', { got: ['200', 'open'] }],
  ['with a reason beyond ASCII', 'HTTP/1.1 200 Tr\xe8s\r\nContent-Length: 0\r\n\r\n', { got: ['200', 'open'] }],
  ['with repeated headers', ok('Set-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0'), { got: ['200 set-cookie=a set-cookie=b', 'open'] }],
  ['with an empty header', ok('X:\r\nContent-Length: 0'), { got: ['200 x=', 'open'] }],
  ['with a header that Connection names', ok('Connection: X\r\nX: 1\r\nContent-Length: 0'), { got: ['200', 'open'] }],
  [
    'with what is for one connection',
    ok('Keep-Alive: x\r\nProxy-Connection: x\r\nUpgrade: h2\r\nContent-Length: 0'),
    { got: ['200', 'open'] },
  ],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { got: ['204', 'open'], line: '204' }],
  ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', { got: ['204', 'open'], line: '204' }],
  ['204 in chunks', `HTTP/1.1 204 No Content\r\n${CHUNKED}\r\n\r\n0\r\n\r\n`, { got: ['204', 'open'], line: '204' }],
  ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', { got: ['304 length=5', 'open'], line: '304' }],
  ['304 with a body', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nhi', { got: ['304 length=2', 'open'], line: '304' }],
  ['to HEAD with a length', ok('Content-Length: 5'), { ...asHead, got: ['200 length=5', 'open'] }],
  ['to HEAD with a body', ok('Content-Length: 2', 'hi'), { ...asHead, got: ['200 length=2', 'open'] }],
  ['to HEAD in chunks', ok(CHUNKED), { ...asHead, got: ['200', 'open'] }],
  ['more than its length', ok('Content-Length: 2', 'hi!!'), { got: ['200 "hi"', 'open'] }],
  [
    'another answer behind it',
    ok('Content-Length: 2', 'hiHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'),
    { got: ['200 "hi"', 'open'] },
  ],
  [
    '103 ahead',
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('Content-Length: 2', 'hi')}`,
    { got: ['103 link=</a>', '200 "hi"', 'open'] },
  ],
  [
    '103 ahead, with what is for one connection',
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X\r\nX: 1\r\nContent-Length: 9\r\n\r\n${ok('Content-Length: 2', 'hi')}`,
    { got: ['103 link=</a>', '200 "hi"', 'open'] },
  ],
  [
    '103 ahead to HTTP/1.0',
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('Content-Length: 2', 'hi')}`,
    { ...asOld, got: ['200 "hi"', 'closed'] },
  ],
  [
    '102 twice',
    `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok('Content-Length: 2', 'hi')}`,
    { got: ['102', '102', '200 "hi"', 'open'] },
  ],
  [
    '103, then no HTTP',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nnonsense\r\n\r\n',
    { ...h17, got: ['103 link=</a>', '503 page', 'open'] },
  ],
  ['100', `HTTP/1.1 100 Continue\r\n\r\n${ok('Content-Length: 2', 'hi')}`, h17],
  ['101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', h17],
  ['no HTTP', 'SSH-2.0-OpenSSH_9\r\n', h17],
  ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n', h17],
  ['HTTP/1.1 in small letters', 'http/1.1 200 OK\r\n\r\n', h17],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', h17],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', h17],
  ['a status of letters', 'HTTP/1.1 abc OK\r\n\r\n', h17],
  ['a status below 100', 'HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n', h17],
  ['a blank before the colon', ok('X : 1\r\nContent-Length: 0'), h17],
  ['a header without a colon', ok('nonsense\r\nContent-Length: 0'), h17],
  ['a header without a name', ok(': 1\r\nContent-Length: 0'), h17],
  ['a NUL in a value', ok('X: a\0\r\nContent-Length: 0'), h17],
  ['a bell in a value', ok('X: a\x07\r\nContent-Length: 0'), h17],
  ['a bare CR in a value', ok('X: a\rSet-Cookie: evil\r\nContent-Length: 0'), h17],
  ['bare LFs', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', h17],
  ['a folded header', ok('X: a\r\n b\r\nContent-Length: 0'), h17],
  ['a bare CR in the reason', 'HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n', h17],
  ['two lengths', ok('Content-Length: 2\r\nContent-Length: 4', 'hi'), h25],
  ['one length twice', ok('Content-Length: 2\r\nContent-Length: 2', 'hi'), h25],
  ['lengths in one line', ok('Content-Length: 2, 2', 'hi'), h25],
  ['a length with a sign', ok('Content-Length: +2', 'hi'), h25],
  ['a length below nothing', ok('Content-Length: -2', 'hi'), h25],
  ['a length in hexadecimal', ok('Content-Length: 0x2', 'hi'), h25],
  ['an empty length', ok('Content-Length:', 'hi'), h25],
  ['a length beyond 2^64', ok('Content-Length: 18446744073709551618', 'hi'), h25],
  ['a length beside chunked', ok(`Content-Length: 2\r\n${CHUNKED}`, '2\r\nhi\r\n0\r\n\r\n'), h25],
  ['chunked beside a length', ok(`${CHUNKED}\r\nContent-Length: 2`, '2\r\nhi\r\n0\r\n\r\n'), h25],
  ['a coding that is not chunked', ok('Transfer-Encoding: gzip', 'hi'), { ...h17, after: 'end' }],
  ['a coding under chunked', ok('Transfer-Encoding: gzip, chunked', '2\r\nhi\r\n0\r\n\r\n'), h17],
  ['chunked twice', ok(`${CHUNKED}\r\n${CHUNKED}`, '2\r\nhi\r\n0\r\n\r\n'), h17],
  ['chunked by a 1.0 server', `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n\r\n2\r\nhi\r\n0\r\n\r\n`, { ...h17, after: 'end' }],
  ['a cookie of 9,000 bytes', ok(`Set-Cookie: ${'a'.repeat(9_000)}\r\nContent-Length: 0`), h25],
  ['a status line of 9,000 bytes', `HTTP/1.1 200 ${'a'.repeat(9_000)}\r\nContent-Length: 0\r\n\r\n`, h25],
  ['a header of 600,000 bytes', ok(`X: ${'a'.repeat(600_000)}\r\nContent-Length: 0`), h25],
  ['a head without end', `HTTP/1.1 200 OK\r\n${`X: ${'a'.repeat(9_990)}\r\n`.repeat(120)}`, h25],
  ['no byte, then the end', '', { after: 'end', ...page(503), line: 'H13 503' }],
  ['a reset', '', { after: 'reset', ...page(503), line: 'H13 503' }],
  ['half a head, then the end', 'HTTP/1.1 200 OK\r\nX: ', { after: 'end', ...h18 }],
  ['less than its length', ok('Content-Length: 9', 'half'), { after: 'end', got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['half a chunk', ok(CHUNKED, '9\r\nhalf'), { after: 'end', got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['no last chunk', ok(CHUNKED, '4\r\nhalf\r\n'), { after: 'end', got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['a chunk of no size', ok(CHUNKED, '4\r\nhalf\r\nzz\r\n'), { got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['a chunk longer than said', ok(CHUNKED, '4\r\nhalf!\r\n0\r\n\r\n'), { got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['a chunk size beyond 2^64', ok(CHUNKED, '4\r\nhalf\r\n10000000000000004\r\n'), { got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
  ['a bare LF behind a chunk size', ok(CHUNKED, '4\r\nhalf\r\n4\nhalf\r\n'), { got: ['200 "half" cut', 'closed'], line: 'H18 503' }],
];

export const answers: Case[] = rows.map(([name, answer, { send = get(), after, saw = 'GET /', got, line = '200' }]) => ({
  name: `a dyno answers: ${name}`,
  send,
  answer,
  after,
  saw: [saw],
  got,
  lines: [`${saw.split(' ')[0]} ${line}`],
}));
