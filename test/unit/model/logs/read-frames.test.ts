import { describe, expect, it } from 'vitest';
import { drainTokenFor, logInputUrl, readLogToken } from '../../../../src/model/addon/log-access.js';
import { formatLine } from '../../../../src/model/logs/log-line.js';
import { lineOfMessage, readFrames } from '../../../../src/model/logs/read-frames.js';

const now = Date.UTC(2026, 2, 13, 15, 8, 10);
const AT = '2026-03-13T15:08:09.123000+00:00';
const line = (message: string) => {
  const read = lineOfMessage(message, { service: 'acme', now });
  return read && formatLine(read);
};

describe('frames', () => {
  it('are read by their counts of bytes, whatever is in them', () => {
    expect(readFrames(Buffer.from('5 a b\nc4 über'.replace('4 über', '5 über')))).toEqual(['a b\nc', 'über']);
    expect(readFrames(Buffer.alloc(0))).toEqual([]);
  });

  it.each(['x', '5', '5 abc', '0 ', '-1 a', '1e1 abcdefghij', '07 abcdefg', '99999999999 a', ' 1 a', '1 ab', `${'9'.repeat(50)} a`])(
    '%j are none',
    (text) => {
      expect(() => readFrames(Buffer.from(text))).toThrow(/^Frames must be a number of bytes/);
    },
  );
});

describe('a message of a provider', () => {
  it.each([
    ['as Heroku sends it', `<190>1 ${AT} host app acme-postgres - hello - you\n`, `${AT} app[acme-postgres]: hello - you`],
    ['with structured data left out', `<190>1 ${AT} host app acme - - hello`, `${AT} app[acme]: hello`],
    ['that calls itself a dyno', `<190>1 ${AT} host app web.1 - hello`, `${AT} app[acme]: hello`],
    ['that calls itself the platform', `<158>1 ${AT} host heroku router - hello`, `${AT} app[acme]: hello`],
    ['that calls itself something else', `<158>1 ${AT} host heroku x]:[ - hello`, `${AT} app[acme]: hello`],
    ['of another day', '<190>1 2020-01-01T00:00:00Z host app acme - hello', '2026-03-13T15:08:10.000000+00:00 app[acme]: hello'],
    ['of no time', '<190>1 - host app acme - hello', '2026-03-13T15:08:10.000000+00:00 app[acme]: hello'],
    ['with what would move a terminal', `<190>1 ${AT} host app acme - a\u001b[2Jb\u0007`, `${AT} app[acme]: ab`],
  ])('%s', (_what, message, printed) => {
    expect(line(message)).toBe(printed);
  });

  it.each(['', 'hello', `<190>1 ${AT} host app acme`, `<190>2 ${AT} host app acme - x`, `190 ${AT} host app acme - x y`])(
    '%j is none',
    (message) => {
      expect(line(message)).toBeUndefined();
    },
  );
});

describe('what a provider is given for logs', () => {
  const key = Buffer.alloc(32, 1);
  const id = '01234567-89ab-cdef-0123-456789abcdef';

  it('is the same whenever it is asked for, and good for one add-on', () => {
    expect(drainTokenFor(key, id)).toBe(drainTokenFor(key, id));
    expect(drainTokenFor(key, id)).toMatch(/^d\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    const { password, pathname, host } = new URL(logInputUrl(key, id, 'https://paas.example.com:8000/x'));
    expect([host, pathname]).toEqual(['paas.example.com:8000', '/logs']);
    expect(readLogToken(key, password)).toBe(id);
    for (const wrong of ['', password.slice(0, -1), password.replace('0123', '1123')]) expect(readLogToken(key, wrong)).toBeNull();
    expect(readLogToken(Buffer.alloc(32, 2), password)).toBeNull();
  });
});
