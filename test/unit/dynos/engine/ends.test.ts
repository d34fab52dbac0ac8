import { expect, test } from 'vitest';
import { openEnds } from '../../../../src/dynos/engine/ends.js';

const signal = () => new AbortController().signal;

test('who waits for the end of a container hears it, also when it was before', async () => {
  const ends = openEnds();
  const heard = ends.heard('c1', signal());
  ends.died('c2', 3);
  ends.died('c1', 7);
  expect(await heard).toMatchObject({ status: 7, outOfMemory: false });
  expect(await ends.heard('c2', signal())).toMatchObject({ status: 3 });
  expect(ends.of('c3')).toBeUndefined();
});

test('one that ran out of memory before it died says so', () => {
  const ends = openEnds();
  ends.outOfMemory('c1');
  ends.died('c1', 137);
  ends.died('c2', 137);
  expect([ends.of('c1'), ends.of('c2')].map((exit) => exit?.outOfMemory)).toEqual([true, false]);
});
