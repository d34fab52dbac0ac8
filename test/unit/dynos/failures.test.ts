import { expect, test } from 'vitest';
import { openFailures } from '../../../src/dynos/failures.js';

test('a boot that failed is known until the row says so, with its exit or without', () => {
  const failures = openFailures();
  failures.failed('d1', null);
  failures.failed('d2', { status: 1, outOfMemory: false, ranMs: 5 });
  expect([...failures.exits.keys()]).toEqual(['d1', 'd2']);
  failures.settle('d1');
  expect([...failures.exits.keys()]).toEqual(['d2']);
});
