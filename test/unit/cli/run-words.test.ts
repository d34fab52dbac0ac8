import { expect, test } from 'vitest';
import { envOf, joinCommand } from '../../../src/cli/commands/run/words.js';

test.each([
  [['echo hi; exit 3'], 'echo hi; exit 3'],
  [['rake', 'db:migrate'], 'rake db:migrate'],
  [['echo', 'a b', '$X', 'say "x"', ''], 'echo "a b" $X "say \\"x\\"" ""'],
])('%j is the line %j', (words, line) => expect(joinCommand(words)).toBe(line));

const stdout = { rows: 0, columns: 120 } as NodeJS.WriteStream;

test('--env takes pairs, and a terminal brings its name and size', () => {
  const env = { TERM: 'screen' };
  expect(envOf({ env, stdout }, ['A=1;B=x=y', 'C='], false)).toEqual({ A: '1', B: 'x=y', C: '' });
  expect(envOf({ env, stdout }, [], true)).toEqual({ TERM: 'screen', SLIPWAY_WINDOW: '24x120' });
  expect(() => envOf({ env, stdout }, ['A'], false)).toThrow('--env takes NAME=VALUE');
});
