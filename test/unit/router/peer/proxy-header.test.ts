import { describe, expect, it } from 'vitest';
import { readProxyHeader } from '../../../../src/router/peer/proxy-header.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
const binary = (command: string, family: string, body: string) =>
  bytes(`${SIGNATURE}${command}${family}${String.fromCharCode(body.length >> 8, body.length & 255)}${body}`);
const IP4 = '\xc6\x33\x64\x07\x0a\x00\x00\x01\x30\x39\x01\xbb';
const IP6 = `\x20\x01\x0d\xb8${'\0'.repeat(11)}\x07\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01\x30\x39\x01\xbb`;
const MAPPED = `${'\0'.repeat(10)}\xff\xff`;
const FROM = { ip: '198.51.100.7', localPort: 443 };

describe('a header of the PROXY protocol', () => {
  it.each([
    ['version 1, IPv4', bytes('PROXY TCP4 198.51.100.7 10.0.0.1 12345 443\r\n'), FROM],
    ['version 1, IPv6', bytes('PROXY TCP6 2001:db8::7 2001:db8::1 12345 443\r\n'), { ip: '2001:db8::7', localPort: 443 }],
    ['version 1, IPv6 at length', bytes('PROXY TCP6 2001:0DB8:0::0:7 2001:db8::1 12345 443\r\n'), { ip: '2001:db8::7', localPort: 443 }],
    ['version 1, IPv6 of a link', bytes('PROXY TCP6 fe80::7%eth0 fe80::1 12345 443\r\n'), { ip: 'fe80::7', localPort: 443 }],
    ['version 1, IPv4 inside IPv6', bytes('PROXY TCP6 ::ffff:198.51.100.7 ::ffff:10.0.0.1 12345 443\r\n'), FROM],
    ['version 1, unknown', bytes('PROXY UNKNOWN\r\n'), null],
    ['version 1, unknown with more', bytes('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'), null],
    ['version 2, IPv4', binary('\x21', '\x11', IP4), FROM],
    ['version 2, IPv4 with more', binary('\x21', '\x11', `${IP4}\x04\x00\x01x`), FROM],
    ['version 2, IPv6', binary('\x21', '\x21', IP6), { ip: '2001:db8::7', localPort: 443 }],
    ['version 2, IPv4 inside IPv6', binary('\x21', '\x21', `${MAPPED}\xc6\x33\x64\x07${MAPPED}\x0a\0\0\x01\x30\x39\x01\xbb`), FROM],
    ['version 2, of the proxy itself', binary('\x20', '\x00', ''), null],
    ['version 2, of the proxy itself with addresses', binary('\x20', '\x11', IP4), null],
    ['version 2, a Unix socket', binary('\x21', '\x31', 'x'.repeat(216)), null],
    ['version 2, UDP', binary('\x21', '\x12', IP4), null],
  ])('%s', (_name, header, from) => {
    expect(readProxyHeader(Buffer.concat([header, bytes('GET / HTTP/1.1\r\n')]))).toEqual({ length: header.length, from });
    for (let end = 0; end < header.length; end += 1) expect(readProxyHeader(header.subarray(0, end))).toBe('more');
    expect(readProxyHeader(header)).toEqual({ length: header.length, from });
  });

  it.each([
    ['a request', 'GET / HTTP/1.1\r\n\r\n'],
    ['another family', 'PROXY UDP4 198.51.100.7 10.0.0.1 12345 443\r\n'],
    ['an address of the other family', 'PROXY TCP4 2001:db8::7 10.0.0.1 12345 443\r\n'],
    ['no address', 'PROXY TCP4 example.com 10.0.0.1 12345 443\r\n'],
    ['an address with zeros', 'PROXY TCP4 198.051.100.7 10.0.0.1 12345 443\r\n'],
    ['a port too many', 'PROXY TCP4 198.51.100.7 10.0.0.1 12345 443 1\r\n'],
    ['a port too large', 'PROXY TCP4 198.51.100.7 10.0.0.1 12345 65536\r\n'],
    ['a port with a sign', 'PROXY TCP4 198.51.100.7 10.0.0.1 12345 +443\r\n'],
    ['two blanks', 'PROXY  TCP4 198.51.100.7 10.0.0.1 12345 443\r\n'],
    ['a line that never ends', `PROXY UNKNOWN ${'x'.repeat(100)}`],
    ['a lone line feed', `PROXY TCP4 198.51.100.7 10.0.0.1 12345 443\n${' '.repeat(100)}`],
    ['small letters', 'proxy tcp4 198.51.100.7 10.0.0.1 12345 443\r\n'],
    ['version 3', binary('\x31', '\x11', IP4).toString('latin1')],
    ['an unknown command', binary('\x22', '\x11', IP4).toString('latin1')],
    ['addresses that are too short', binary('\x21', '\x11', IP4.slice(1)).toString('latin1')],
    ['more than any proxy has to say', `${SIGNATURE}\x21\x11\xff\xff`],
  ])('is not %s', (_name, text) => expect(readProxyHeader(bytes(text))).toBeNull());
});
