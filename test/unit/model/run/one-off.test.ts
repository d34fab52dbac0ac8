import { expect, test } from 'vitest';
import { endOf, resolveCommand } from '../../../../src/model/run/one-off.js';

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

test('one that nobody said an end for has the day and a bit of every dyno', () => {
  const dyno = { id: '80000000-0000-4000-8000-000000000000', createdAt: new Date(1_000) };
  const endsAt = new Date(5_000);
  expect(endOf(dyno, { endsAt }, 86_400_000)).toBe(5_000);
  expect(endOf(dyno, { endsAt: null }, 86_400_000)).toBe(1_000 + 86_400_000 + 108 * 60_000);
  expect(endOf(dyno, { endsAt: null }, 0)).toBeNull();
});
