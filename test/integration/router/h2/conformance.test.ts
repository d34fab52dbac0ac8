// HTTP/2 from TLS clients: the rules, the headers and the log line of HTTP/1.1, behind another door.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from './cases.js';
import { startPlane, type Plane } from './plane.js';

let plane: Plane;
beforeAll(async () => (plane = await startPlane()));
afterAll(() => plane.close());

describe('HTTP/2', () => {
  it.each(cases)('$name', async (each) => {
    const { saw, got, lines } = each;
    expect(await plane.run(each)).toEqual({ saw, got, lines });
  });
});
