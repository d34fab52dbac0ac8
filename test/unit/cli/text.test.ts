import { describe, expect, it } from 'vitest';
import { age, timeAndAge } from '../../../src/cli/terminal/age.js';
import { colourLine, parseLine } from '../../../src/cli/commands/logs/log-text.js';
import { quote } from '../../../src/cli/terminal/quote.js';
import { alignRows, fields, table } from '../../../src/cli/terminal/table.js';
import type { Style } from '../../../src/cli/terminal/terminal.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;

describe('age', () => {
  it.each([
    [0, '0s'],
    [59 * S, '59s'],
    [60 * S, '1m'],
    [59 * M + 59 * S, '59m'],
    [H, '1h'],
    [25 * H - 1, '24h'],
    [25 * H, '1d'],
    [50 * H, '2d'],
    [-5 * S, '0s'],
  ])('%i ms is %s', (ms, text) => expect(age(ms)).toBe(text));

  it('follows the local time with its offset', () => {
    const text = timeAndAge('2026-03-13T15:08:07Z', new Date('2026-03-13T15:38:08Z'));
    expect(text).toMatch(/^2026\/03\/1[2-4] \d\d:\d\d:07 [+-]\d{4} \(~ 30m ago\)$/);
    const [date, time, zone] = text.split(' ');
    expect(new Date(`${date!.replaceAll('/', '-')}T${time}${zone!.slice(0, 3)}:${zone!.slice(3)}`).toISOString()).toBe(
      '2026-03-13T15:08:07.000Z',
    );
  });
});

describe('quote', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['x y', "'x y'"],
    ["it's", String.raw`'it'\''s'`],
    ['a\nb', "'a\nb'"],
    ['$HOME', "'$HOME'"],
    ['postgres://u:p@h:5432/d', 'postgres://u:p@h:5432/d'],
    ['a;b', "'a;b'"],
    ['ü', "'ü'"],
  ])('%j becomes %s', (text, quoted) => expect(quote(text)).toBe(quoted));
});

describe('columns', () => {
  it('are padded but for the last', () => {
    expect(
      alignRows([
        ['v1', 'Initial release', 'me'],
        ['v10', 'Deploy', 'you'],
      ]),
    ).toEqual(['v1   Initial release  me', 'v10  Deploy           you']);
  });

  it('do not count colours', () => {
    expect(
      alignRows(
        [
          [{ text: 'ab', style: 'red' }, 'x'],
          ['abc', 'y'],
        ],
        { columns: null, paint: (style, text) => `<${style}>${text}</>` },
      ),
    ).toEqual(['<red>ab</>   x', 'abc  y']);
  });

  it('have a line under their head', () => {
    expect(table(['Name', 'Email'], [['demo', 'me@example.com']])).toEqual(['Name  Email', '────  ──────────────', 'demo  me@example.com']);
  });

  it('of an empty table are its head', () => expect(table(['A'], [])).toEqual(['A', '─']));

  it('put values of fields one below the other, without those that are missing', () => {
    expect(fields({ A: '1', 'Long key': 'x', B: undefined, C: null, D: '' })).toEqual(['A:        1', 'Long key: x', 'D:']);
  });

  it('of nothing are nothing', () => expect(fields({})).toEqual([]));
});

describe('a log line', () => {
  const mark = (style: Style, text: string) => `<${style}>${text}</>`;
  const line = '2026-03-13T15:08:07.123000+00:00 app[web.1]: hello: [x] world';

  it('is taken apart', () => {
    expect(parseLine(line)).toEqual({
      timestamp: '2026-03-13T15:08:07.123000+00:00',
      source: 'app',
      ps: 'web.1',
      message: 'hello: [x] world',
    });
    expect(parseLine('strange')).toEqual({ timestamp: null, source: null, ps: null, message: 'strange' });
  });

  it('has one colour for a process type, and red for errors', () => {
    const head = (text: string) => /^<(\w+)>/.exec(colourLine(text, mark))?.[1];
    expect(head(line)).toBe(head(line.replace('web.1', 'web.12')));
    expect(colourLine('T heroku[router]: at=error code=H10', mark)).toContain('<red>at=error code=H10</>');
    expect(colourLine('T heroku[web.1]: Process exited with status 0', mark)).not.toContain('<red>');
    expect(colourLine('strange', mark)).toBe('strange');
  });
});
