// Requests that reach the dyno, and as what.
import { get } from '../support.js';
import type { Case } from './plane.js';

const H = 'Host: demo.localhost';
const head = (...lines: string[]) => get('/', [H, ...lines]);
const post = (headers: string, ...packets: string[]) => [`POST / HTTP/1.1\r\n${H}\r\n${headers}\r\n\r\n`, ...packets];
const chunked = (...packets: string[]) => [[...post('Transfer-Encoding: chunked'), ...packets].join('')];
const old = (...lines: string[]) => `GET / HTTP/1.0\r\n${[H, ...lines].join('\r\n')}\r\n\r\n`;

const rows: [name: string, send: string | string[], saw: string, change?: Partial<Case>][] = [
  ['a GET', head(), 'GET /'],
  ['a GET behind empty lines', `\r\n\r\n${head()}`, 'GET /'],
  ['a path with a query', get('/a/b?c=d&e'), 'GET /a/b?c=d&e'],
  ['odd paths stay as they are', get('//x/../%2F%00;a=1|{b}"'), 'GET //x/../%2F%00;a=1|{b}"'],
  ['a fragment stays', get('/a#b'), 'GET /a#b'],
  ['an absolute target names the host', 'GET http://demo.localhost/x HTTP/1.1\r\nHost: other\r\n\r\n', 'GET /x'],
  ['an absolute target with a port', 'GET http://demo.localhost:80 HTTP/1.1\r\nHost: o\r\n\r\n', 'GET / host=demo.localhost:80'],
  ['an absolute target with a query only', 'GET HTTP://demo.localhost?q HTTP/1.1\r\nHost: o\r\n\r\n', 'GET /?q'],
  ['a Host in other letters', get('/', ['HOST: DEMO.localhost']), 'GET / host=DEMO.localhost'],
  ['a Host with a port and a dot', get('/', ['Host: demo.localhost.:80']), 'GET / host=demo.localhost.:80'],
  ['headers in their order, case aside', head('X-B: 1', 'x-a: 2', 'X-B: 3'), 'GET / x-b=1 x-a=2 x-b=3'],
  ['an empty header', head('X:'), 'GET / x='],
  ['blanks around a value go', head('X: \t a b \t'), 'GET / x=a b'],
  ['a header without a blank behind the colon', head('X:a'), 'GET / x=a'],
  ['a tab within a value', head('X: a\tb'), 'GET / x=a\tb'],
  ['colons within a value', head('X: a:b: c'), 'GET / x=a:b: c'],
  ['bytes beyond ASCII in a value', head('X: caf\xe9'), 'GET / x=caf\xe9'],
  ['every character of a name', head("!#$%&'*+-^`|~9: 1"), "GET / !#$%&'*+-^`|~9=1"],
  ['underscores of the app', head('X_Api_Key: 1'), 'GET / x_api_key=1'],
  ['what only the router says is not passed', head('X-Forwarded-Proto: https', 'X_Forwarded_For: 1', 'Connect-Time: 9'), 'GET /'],
  ['what is for the connection is not passed', head('Connection: X-A, keep-alive', 'X-A: 1', 'TE: trailers', 'Keep-Alive: x'), 'GET /'],
  ['Connection takes no length away', post('Connection: Content-Length\r\nContent-Length: 2', 'ab'), 'POST / length=2 "ab"'],
  ['Connection takes no Host away', head('Connection: Host'), 'GET /'],
  ['a length of nothing', post('Content-Length: 0'), 'POST / length=0'],
  ['a body', post('Content-Length: 5', 'hello'), 'POST / length=5 "hello"'],
  ['a body in pieces', post('Content-Length: 5', 'h', 'el', 'lo'), 'POST / length=5 "hello"'],
  ['a length with zeros ahead', post('Content-Length: 005', 'hello'), 'POST / length=5 "hello"'],
  ['a GET with a body', `GET / HTTP/1.1\r\n${H}\r\nContent-Length: 2\r\n\r\nab`, 'GET / length=2 "ab"'],
  ['a request without a length has no body', `POST / HTTP/1.1\r\n${H}\r\n\r\n`, 'POST / length=0'],
  ['chunks', chunked('2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'), 'POST / coding=chunked "hello"'],
  ['chunks in pieces', post('Transfer-Encoding: chunked', '5', '\r', '\nhel', 'lo\r', '\n0\r\n', '\r\n'), 'POST / coding=chunked "hello"'],
  [
    'sizes in either case, with zeros ahead',
    chunked('00A\r\n0123456789\r\n0b\r\n0123456789a\r\n00\r\n\r\n'),
    'POST / coding=chunked "01234567890123456789a"',
  ],
  ['extensions go', chunked('5;a=b;c="d;e"\r\nhello\r\n0;x\r\n\r\n'), 'POST / coding=chunked "hello"'],
  ['trailers go', chunked('5\r\nhello\r\n0\r\nX-T: 1\r\nHost: evil\r\n\r\n'), 'POST / coding=chunked "hello"'],
  [
    'chunks that look like a request',
    chunked('1a\r\nGET /smuggled HTTP/1.1\r\n\r\n\r\n0\r\n\r\n'),
    'POST / coding=chunked "GET /smuggled HTTP/1.1\\r\\n\\r\\n"',
  ],
  ['no chunks', chunked('0\r\n\r\n'), 'POST / coding=chunked'],
  ['CHUNKED', [`POST / HTTP/1.1\r\n${H}\r\nTransfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n`], 'POST / coding=chunked "a"'],
  ['HTTP/1.0 ends with its answer', old(), 'GET /', { got: ['200 "ok"', 'closed'] }],
  ['HTTP/1.0 that keeps its connection', old('Connection: keep-alive'), 'GET /'],
  ['a body by HTTP/1.0', `POST / HTTP/1.0\r\n${H}\r\nContent-Length: 2\r\n\r\nab`, 'POST / length=2 "ab"', { got: ['200 "ok"', 'closed'] }],
  ['Connection: close', head('Connection: close'), 'GET /', { got: ['200 "ok"', 'closed'] }],
  ['Connection: Close among others', head('Connection: x, Close'), 'GET /', { got: ['200 "ok"', 'closed'] }],
  [
    'Expect: 100-continue',
    post('Expect: 100-continue\r\nContent-Length: 2', 'ab'),
    'POST / length=2 "ab"',
    { got: ['100', '200 "ok"', 'open'] },
  ],
  [
    'Expect in other letters',
    post('Expect: 100-Continue\r\nContent-Length: 2', 'ab'),
    'POST / length=2 "ab"',
    { got: ['100', '200 "ok"', 'open'] },
  ],
  ['an offer to upgrade that Connection does not name', head('Upgrade: websocket'), 'GET /'],
  ['an offer to upgrade beside a body', post('Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2', 'ab'), 'POST / length=2 "ab"'],
  ['DELETE', `DELETE /x HTTP/1.1\r\n${H}\r\n\r\n`, 'DELETE /x'],
  ['a method of WebDAV', `PROPFIND /x HTTP/1.1\r\n${H}\r\n\r\n`, 'PROPFIND /x'],
  ['a method nobody knows', `BREW /pot HTTP/1.1\r\n${H}\r\n\r\n`, 'BREW /pot'],
  ['a method with every character', `!#$%&'*+-.^_\`|~09az / HTTP/1.1\r\n${H}\r\n\r\n`, "!#$%&'*+-.^_`|~09az /"],
  ['a method of 127 letters', `${'A'.repeat(127)} / HTTP/1.1\r\n${H}\r\n\r\n`, `${'A'.repeat(127)} /`],
  ['a header line of 8,192 bytes', head(`X: ${'a'.repeat(8_189)}`), `GET / x=${'a'.repeat(8_189)}`],
  ['a request byte by byte', [...head('X: 1')].slice(-9), 'GET / x=1'],
];

export const passed: Case[] = rows.map(([name, send, saw, change]) => {
  const whole = name === 'a request byte by byte' ? [head('X: 1').slice(0, -9), ...send] : send;
  const method = saw.slice(0, saw.indexOf(' '));
  return { name, send: whole, saw: [saw], got: ['200 "ok"', 'open'], lines: [`${method} 200`], ...change };
});
