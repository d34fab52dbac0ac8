import { describe, expect, it } from 'vitest';
import { originOf, readDrainUrl } from '../../../../src/model/logs/drain.js';
import { lossText } from '../../../../src/model/logs/loss.js';
import { httpFrame, syslogFrame } from '../../../../src/model/logs/syslog-frame.js';

describe('the URL of a drain', () => {
  it.each([
    ['https://logs.example.com/app', 'http tls logs.example.com:443'],
    ['https://user:pa%20ss@logs.example.com:8443/app?key=1', 'http tls logs.example.com:8443'],
    ['http://Logs.Example.com', 'http plain logs.example.com:80'],
    ['syslog://logs.example.com', 'syslog plain logs.example.com:514'],
    ['syslog://Logs.example.com:80/', 'syslog plain logs.example.com:80'],
    ['syslog+tls://bücher.example', 'syslog tls xn--bcher-kva.example:6514'],
    ['syslog+tls://[2001:DB8::1]:601', 'syslog tls [2001:db8::1]:601'],
    // As a browser reads it, so that it is judged as what it is.
    ['syslog://2130706433:514', 'syslog plain 127.0.0.1:514'],
    ['syslog://0x7f.1', 'syslog plain 127.0.0.1:514'],
  ])('%s is %s', (url, read) => {
    const { kind, isTls, host, port } = readDrainUrl(url);
    expect(`${kind} ${isTls ? 'tls' : 'plain'} ${host}:${port}`).toBe(read);
  });

  it.each([
    ['', /^url: must be a URL that begins with https:\/\//],
    ['logs.example.com', /must be a URL/],
    ['ftp://logs.example.com', /must be a URL/],
    ['constructor://x', /must be a URL/],
    ['https://logs.example.com/a b', /must be a URL/],
    ['https://logs.exa\nmple.com/', /must be a URL/],
    ['syslog://', /must name a host/],
    ['syslog://logs.example.com:0', /must name a host/],
    ['syslog://999.1.1.1', /must name a host/],
    ['syslog://user:secret@logs.example.com', /is a host and a port, and nothing else/],
    ['syslog+tls://logs.example.com/path', /is a host and a port/],
  ])('%j is refused', (url, message) => {
    expect(() => readDrainUrl(url)).toThrow(message);
  });

  it('tells no secret where others read it', () => {
    expect(originOf('https://user:secret@logs.example.com:8443/token?key=secret')).toBe('https://logs.example.com:8443');
    expect(originOf('syslog+tls://logs.example.com:6514')).toBe('syslog+tls://logs.example.com:6514');
  });
});

describe('a frame', () => {
  const at = '2026-03-13T15:08:09.123456+00:00';

  it('of a POST is as Heroku sends it', () => {
    expect(httpFrame(`${at} heroku[web.3]: State changed from starting to up`)).toBe(
      `94 <134>1 ${at} host heroku web.3 - State changed from starting to up\n`,
    );
    expect(httpFrame(`${at} app[web.3]: listening on 24405`)).toBe(`76 <190>1 ${at} host app web.3 - listening on 24405\n`);
  });

  it('on a socket has the token for its host, and no structured data', () => {
    expect(syslogFrame(`${at} app[web.3]: a: [b]: c`, 'd.1')).toBe(`68 <190>1 ${at} d.1 app web.3 - - a: [b]: c\n`);
  });

  it('counts bytes, not characters', () => {
    const frame = httpFrame(`${at} app[web.1]: über 💡`)!;
    const [count, message] = [Number(frame.split(' ')[0]), frame.slice(frame.indexOf(' ') + 1)];
    expect(count).toBe(Buffer.byteLength(message));
    expect(count).toBeGreaterThan(message.length);
  });

  it.each([
    ['app[web.1]', 190],
    ['app[acme]', 190],
    ['app[api]', 133],
    ['heroku[router]', 158],
    ['heroku[web.1]', 134],
    ['heroku[logplex]', 172],
  ])('of %s has the priority %i', (from, priority) => {
    expect(httpFrame(`${at} ${from}: x`)).toMatch(new RegExp(`^\\d+ <${priority}>1 `));
  });

  it('is none of what is no line', () => {
    for (const text of ['', 'x', `${at} app`, `${at} app[web.1`])
      expect([httpFrame(text), syslogFrame(text, 'd.1')]).toEqual([undefined, undefined]);
  });
});

it('what was lost is said in the words of Heroku', () => {
  expect(lossText({ count: 500, since: Date.UTC(2013, 3, 17, 19, 4, 46, 200) })).toBe(
    'Error L10 (output buffer overflow): 500 messages dropped since 2013-04-17T19:04:46+00:00.',
  );
});
