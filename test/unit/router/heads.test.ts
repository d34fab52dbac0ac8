import { describe, expect, it } from 'vitest';
import {
  dynoHeaders,
  forwardedFor,
  isBad,
  plainIp,
  readRequestHead,
  type RawHead,
  type RequestHead,
} from '../../../src/router/in/request-head.js';
import { readResponseHead, upgradeHead } from '../../../src/router/out/response-head.js';

const raw = (rawHeaders: string[], change: Partial<RawHead> = {}): RawHead => ({
  method: 'GET',
  url: '/',
  httpVersion: '1.1',
  rawHeaders: ['Host', 'demo.localhost', ...rawHeaders],
  ...change,
});

function read(rawHeaders: string[], change: Partial<RawHead> = {}): RequestHead {
  const head = readRequestHead(raw(rawHeaders, change));
  if (isBad(head)) throw new Error(head.message);
  return head;
}

describe('a request head', () => {
  it('keeps what is for the dyno', () => {
    expect(read(['Accept', '*/*', 'X-Forwarded-For', '1.1.1.1', 'Content-Length', '0'])).toEqual({
      method: 'GET',
      path: '/',
      host: 'demo.localhost',
      forwardedFor: '1.1.1.1',
      forwardedProto: null,
      forwardedPort: null,
      requestId: null,
      via: '',
      hasBody: false,
      length: 0,
      keepsAlive: true,
      upgrade: null,
      expects: null,
      isOld: false,
      headers: ['Accept', '*/*', 'Content-Length', '0'],
    });
  });

  const bodies: [string[], boolean][] = [
    [[], false],
    [['Content-Length', '0'], false],
    [['content-length', '1'], true],
    [['Transfer-Encoding', 'chunked'], true],
  ];
  it.each(bodies)('%j has a body: %s', (headers, hasBody) => {
    expect(read(headers).hasBody).toBe(hasBody);
  });

  it('never loses its length to a Connection header', () => {
    expect(read(['Connection', 'Content-Length, Host, X-A', 'Content-Length', '5', 'x-a', '1'])).toMatchObject({
      hasBody: true,
      host: 'demo.localhost',
      headers: ['Content-Length', '5'],
    });
  });

  const targets: [string, string | null, string?][] = [
    ['/', '/'],
    ['/a?b#c', '/a?b#c'],
    ['http://other.localhost/x', '/x', 'other.localhost'],
    ['HTTPS://other.localhost:8443', '/', 'other.localhost:8443'],
    ['http://other.localhost?q', '/?q', 'other.localhost'],
    ['*', null],
    ['a', null],
    ['ftp://x/', null],
    ['http:///x', null],
    ['/a b', null],
    ['/a\x7f', null],
  ];
  it.each(targets)('target %s → %s', (url, path, host = 'demo.localhost') => {
    const head = readRequestHead(raw([], { url }));
    if (path === null) expect(isBad(head)).toBe(true);
    else expect(head).toMatchObject({ path, host });
  });

  it('names a client by what came before and its own address', () => {
    expect(forwardedFor(read([]), '9.9.9.9')).toBe('9.9.9.9');
    expect(forwardedFor(read(['X-Forwarded-For', '1.1.1.1', 'x-forwarded-for', '2.2.2.2']), '9.9.9.9')).toBe('1.1.1.1, 2.2.2.2, 9.9.9.9');
    expect(plainIp('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(plainIp('2001:db8::1')).toBe('2001:db8::1');
  });

  it('is sent with the facts of the router', () => {
    const facts = {
      clientIp: '9.9.9.9',
      proto: 'https' as const,
      version: '1.1' as const,
      port: 443,
      requestId: 'id',
      startedAt: 1_700_000_000_000,
      connectMs: 2,
      routeMs: 3,
    };
    expect(dynoHeaders(read(['Via', '1.0 a', 'X-A', '1']), facts)).toEqual([
      'Host',
      'demo.localhost',
      'X-A',
      '1',
      'X-Request-Id',
      'id',
      'X-Forwarded-For',
      '9.9.9.9',
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Port',
      '443',
      'Via',
      '1.0 a, 1.1 vegur',
      'Connect-Time',
      '2',
      'X-Request-Start',
      '1700000000000',
      'Total-Route-Time',
      '3',
    ]);
  });
});

describe('a response head', () => {
  const buffers = (...texts: string[]) => texts;

  it('keeps what is for the client', () => {
    expect(
      readResponseHead(
        200,
        buffers(
          'Content-Type',
          'text/event-stream; x',
          'Connection',
          'close, X-Hop',
          'X-Hop',
          '1',
          'Transfer-Encoding',
          'chunked',
          'Via',
          '1.0 a',
        ),
        'OK',
      ),
    ).toEqual({
      status: 200,
      reason: 'OK',
      headers: ['Content-Type', 'text/event-stream; x', 'Via', '1.0 a, 1.1 vegur'],
      isEventStream: true,
    });
  });

  const restricted: [string, ReturnType<typeof readResponseHead>][] = [
    ['oversized status line', readResponseHead(200, [], 'a'.repeat(8_193))],
    ['oversized cookie', readResponseHead(200, buffers('Set-Cookie', 'a'.repeat(8_193)), '')],
    ['oversized header', readResponseHead(200, buffers('X', 'a'.repeat(524_288)), '')],
  ];
  it.each(restricted)('%s', (what, result) => {
    expect(result).toBe(what);
  });

  it('of a 101 is told with its own headers', () => {
    expect(upgradeHead(buffers('Upgrade', 'x', 'Connection', 'Upgrade'))).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\nVia: 1.1 vegur\r\n\r\n',
    );
  });
});
