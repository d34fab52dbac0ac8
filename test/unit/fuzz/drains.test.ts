// What a provider of add-ons writes to an app's log, and the URLs that people send one to.
import { describe, expect } from 'vitest';
import { parseLine, formatLine } from '../../../src/model/logs/log-line.js';
import { originOf, readDrainUrl } from '../../../src/model/logs/drain.js';
import { lineOfMessage, readFrames } from '../../../src/model/logs/read-frames.js';
import { accepted, fuzz } from './fuzz.js';
import { bytes, text } from './inputs.js';

const NOW = 1_800_000_000_000;
const MESSAGE = '<190>1 2026-03-13T15:08:09.123456+00:00 host app acme-db - - hello\n';

describe('a log:', () => {
  fuzz({
    name: 'frames of a provider',
    make: bytes({
      seeds: [Buffer.from(`${MESSAGE.length} ${MESSAGE}3 a b`), Buffer.from('1 x')],
      pieces: ['1 ', '12 ', '0 ', ' ', 'x', '99999999 ', MESSAGE].map((each) => Buffer.from(each)),
    }),
    check(input) {
      const messages = accepted(() => readFrames(input));
      if (messages) expect(messages.length).toBeLessThanOrEqual(input.length / 3);
    },
  });

  fuzz({
    name: 'a message of a provider',
    make: text({ seeds: [MESSAGE], pieces: ['<190>1 ', 'web.1 ', 'router ', 'api ', '- ', ' ', '[x] ', '2026-03-13T15:08:09Z '] }),
    check(input) {
      const line = lineOfMessage(input, { service: 'acme', now: NOW });
      if (!line) return;
      expect(line.ps).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
      expect(['api', 'router', 'logplex', 'scheduler']).not.toContain(line.ps);
      const printed = formatLine(line);
      expect(printed).not.toMatch(/[\n\r]/);
      expect(parseLine(printed)).toMatchObject({ source: 'app', ps: line.ps });
    },
  });

  fuzz({
    name: 'the URL of a drain',
    make: text({
      seeds: [
        'https://user:pass@logs.example.com:8443/x?y=1',
        'syslog+tls://logs.example.com:6514',
        'syslog://[::1]:514',
        'http://10.0.0.1',
      ],
      pieces: ['syslog://', 'syslog+tls://', 'https://', '@', ':', '/', '[', ']', '%41', '127.1', '0x7f000001'],
    }),
    check(input) {
      const target = accepted(() => readDrainUrl(input));
      if (!target) return;
      expect(target.host).toMatch(/^[^\s/@?#]+$/);
      expect(target.port).toBeGreaterThan(0);
      expect(originOf(input)).not.toContain('@');
    },
  });
});
