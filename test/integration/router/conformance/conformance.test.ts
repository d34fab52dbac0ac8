// RFC 9110, RFC 9112 and what is known of request smuggling, as exchanges on real sockets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers } from './answers.js';
import { connections } from './connections.js';
import { passed } from './passed.js';
import { startPlane, type Case, type Plane } from './plane.js';
import { refused } from './refused.js';

let plane: Plane;
beforeAll(async () => (plane = await startPlane()));
afterAll(() => plane.close());

const suites: [string, Case[]][] = [
  ['requests that are refused', refused],
  ['requests that pass', passed],
  ['answers', answers],
  ['connections', connections],
];

describe.each(suites)('%s', (_suite, cases) => {
  it.each(cases)('$name', async (each) => {
    const { saw, got, lines } = each;
    expect(await plane.run(each)).toEqual({ saw, got, lines });
  });
});

it('has every case once', () => {
  const names = suites.flatMap(([, cases]) => cases.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(150);
});
