import { describe, expect, it, vi } from 'vitest';
import { formatLogfmt, log, nameInLog } from '../../../src/lib/log.js';

describe('logfmt', () => {
  it('quotes what needs it', () => {
    expect(formatLogfmt({ at: 'boot', app: 'demo', error: 'a "b" c', ms: 3, none: undefined, empty: null })).toBe(
      'at=boot app=demo error="a \\"b\\" c" ms=3 empty=',
    );
  });
});

describe('the log', () => {
  it('holds nothing that a terminal obeys', () => {
    expect(formatLogfmt({ at: 'x', a: 'b\u001B[2J', c: 'd e\u009B\u202E\n' })).toBe('at=x a=b\\u001b[2J c="d e\\u009b\\u202e\\n"');
  });

  it('names the app whose id it is given, once it has heard the name', () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    log('up', { app: 'id-1' });
    nameInLog({ id: 'id-1', name: 'demo' });
    log('up', { app: 'id-1', dyno: 'web.1' });
    nameInLog({ id: 'id-1', name: 'demo-2' });
    log('up', { app: 'id-1' });
    const lines = written.mock.calls.map(([text]) => text);
    written.mockRestore();
    expect(lines).toEqual(['at=up app=id-1\n', 'at=up app=demo dyno=web.1\n', 'at=up app=demo-2\n']);
  });
});
