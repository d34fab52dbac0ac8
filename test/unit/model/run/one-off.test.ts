import { expect, test } from 'vitest';
import { lifeOfDetachedMs, resolveCommand } from '../../../../src/model/run/one-off.js';

const TYPES = { console: 'bin/rails console', web: 'npm start' };

test.each([
  ['bash', null, 'bash'],
  ['console', 'console', 'bin/rails console'],
  ['  console --sandbox "a b"', 'console', 'bin/rails console --sandbox "a b"'],
  ['console ; echo "x: $?"', 'console', 'bin/rails console ; echo "x: $?"'],
  ['consoles', null, 'consoles'],
  ['constructor', null, 'constructor'],
  ['web\n', 'web', 'npm start\n'],
])('%j runs as type %s: %j', (typed, type, command) => expect(resolveCommand(typed, TYPES)).toEqual({ type, command }));

test('a detached one lives as long as was asked for, or a day and up to 216 minutes', () => {
  expect(lifeOfDetachedMs(60, 0.5)).toBe(60_000);
  expect([lifeOfDetachedMs(undefined, 0), lifeOfDetachedMs(undefined, 1)]).toEqual([86_400_000, 86_400_000 + 216 * 60_000]);
});
