// What other people wrote reaches a terminal as text, never as an order.
import { describe, expect, it } from 'vitest';
import { cleanText, oneLine, openCleaner, safeJson } from '../../../../src/cli/terminal/clean.js';
import { fields, table } from '../../../../src/cli/terminal/table.js';
import { memoryCli } from '../memory-cli.js';

const RED = '\u001B[31m';
const END = '\u001B[0m';

/** Whether a terminal would obey any of it, colours apart. */
function isSafe(text: string): boolean {
  const rest = text.replaceAll(/\p{Cc}\[[\d;:]*m/gu, '');
  return !/(?![\t\n])\p{Cc}|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u.test(rest);
}

describe('cleanText', () => {
  it.each([
    ['a title', 'a\u001B]0;owned\u0007b', 'ab'],
    ['a link', '\u001B]8;;http://evil\u001B\\text\u001B]8;;\u001B\\', 'text'],
    ['the clipboard', 'a\u001B]52;c;ZWNobw==\u0007b', 'ab'],
    ['an order without its end', 'a\u001B]0;never', 'a0;never'],
    ['the cursor', 'a\u001B[2J\u001B[1;1Hb', 'ab'],
    ['C1 controls', 'a\u009B31mb\u0085c', 'abc'],
    ['a device string', 'a\u001BPq#0\u001B\\b', 'ab'],
    ['a reset', 'a\u001Bcb', 'ab'],
    ['text that runs backwards', 'a\u202Eb\u2066c\u200F', 'abc'],
    ['a bell, a backspace and NUL', 'a\u0007\bb\0', 'ab'],
    ['a return', 'good\rbad', 'good bad'],
    ['lines and tabs', 'a\r\n\tb', 'a\n\tb'],
    ['letters and emoji', 'ünï 🚀 日本', 'ünï 🚀 日本'],
  ])('of %s', (_, text, wanted) => expect(cleanText(text)).toBe(wanted));

  it('keeps colours where they are wished, and ends them', () => {
    expect(cleanText(`${RED}a\u001B[1Ab`, true)).toBe(`${RED}ab${END}`);
    expect(cleanText(`${RED}a${END}`, true)).toBe(`${RED}a${END}`);
    expect(cleanText(`${RED}a`)).toBe('a');
  });

  it('takes one line for oneLine', () => expect(oneLine('a\n\tb\r\nc')).toBe('a b c'));
});

describe('a stream', () => {
  it('is clean however it is cut', () => {
    const text = `one\r\n${RED}two${END}\u001B[2K\u001B]0;x\u0007 three\rfour \u009B5n`;
    for (let at = 0; at <= text.length; at += 1) {
      const clean = openCleaner(true);
      const out = clean(text.slice(0, at)) + clean(text.slice(at)) + clean('\n');
      expect(isSafe(out)).toBe(true);
      expect(out).toContain(`one\n${RED}two${END}`);
    }
  });
});

describe('JSON', () => {
  it('has the same value and nothing that a terminal obeys', () => {
    const value = { a: 'x\u001B[2J\u009B\u202E\u2028\u007F', 'b\u0085': ['ü'] };
    expect(JSON.parse(safeJson(value))).toEqual(value);
    expect(isSafe(safeJson(value))).toBe(true);
    expect(safeJson(value)).toContain('ü');
  });
});

describe('the terminal', () => {
  const hostile = `x\u001B]0;t\u0007${RED}y\u202Ez`;

  it('shows nothing that it would obey, on either stream', async () => {
    const { cli, out, err } = memoryCli({ isTTY: true, columns: 100 });
    cli.terminal.print(hostile);
    cli.terminal.printJson(hostile);
    await cli.terminal.copy(`${hostile}\n`);
    await cli.terminal.copyLine(hostile);
    expect(isSafe(out())).toBe(true);
    cli.terminal.warn(hostile);
    cli.terminal.fail(hostile);
    cli.terminal.tell(hostile);
    expect(isSafe(err())).toBe(true);
    expect(out()).toContain(`x${RED}yz${END}`);
  });

  it('has no colours of others where it has none of its own', () => {
    const { cli, out } = memoryCli({ isTTY: true, env: { NO_COLOR: '1' } });
    cli.terminal.print(hostile);
    expect(out()).toBe('xyz\n');
  });

  it('leaves data in a pipe as it is, but never a cell', async () => {
    const { cli, out } = memoryCli();
    cli.terminal.print(hostile);
    await cli.terminal.copy(hostile);
    expect(out()).toBe(`${hostile}\n${hostile}`);
    expect(table(['A'], [[`a\nb${hostile}`]])).toEqual(['A', '───────', 'a bxyz'].map((line, at) => (at === 1 ? '─'.repeat(6) : line)));
    expect(fields({ 'k\n': 'one\ntwo\u001B[2J' })).toEqual(['k : one', '    two']);
  });
});
