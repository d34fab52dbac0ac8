import { expect, test } from 'vitest';
import { openPrinter, type Printer } from '../../../src/hook/printer.js';

function check(use: (out: Printer) => void, expected: string): void {
  let text = '';
  use(openPrinter((chunk) => (text += chunk.toString())));
  expect(text).toBe(expected);
}

test('a blank line comes out once, however the text before it ended', () => {
  check((out) => (out.print('a'), out.blankLine(), out.line('b')), 'a\n\nb\n');
  check((out) => (out.print('a\n'), out.blankLine(), out.line('b')), 'a\n\nb\n');
  check((out) => (out.print(Buffer.from('a\n\n')), out.blankLine(), out.line('b')), 'a\n\nb\n');
  check((out) => (out.print('a\n'), out.print('\n'), out.blankLine(), out.line('b')), 'a\n\nb\n');
  check((out) => (out.blankLine(), out.line('b')), 'b\n');
});

test('a warning begins on a line of its own and marks each of its lines', () => {
  check((out) => (out.print('Verifying deploy...'), out.warn('one\ntwo')), 'Verifying deploy...\n !     one\n !     two\n');
});

test('nothing is nothing', () => check((out) => (out.print(''), out.print(Buffer.alloc(0))), ''));
