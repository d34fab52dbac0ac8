import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord, singleQuoted } from '../../../src/lib/shell-word.js';

const WORDS = ['', 'plain', '/srv/a b', "it's", '$HOME', '`id`', '!1', '"', '\\', 'a\nb', "''", '*', 'é', '-n'];

it('reads the same in a shell, quoted or only where it must be', () => {
  const read = (quote: (text: string) => string) =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${WORDS.map(quote).join(' ')}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
  expect(read(singleQuoted)).toEqual(WORDS);
  expect(read(shellWord)).toEqual(WORDS);
});

it('leaves alone what needs no quotes', () => {
  for (const word of ['plain', '/usr/bin/x', 'A=1', 'a@b.c', '50%', 'x-y_z+1,2:3']) expect(shellWord(word)).toBe(word);
});
