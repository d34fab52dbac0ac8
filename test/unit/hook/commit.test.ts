import { expect, test } from 'vitest';
import { parseBatch } from '../../../src/hook/commit.js';

const ID = 'a'.repeat(40);

test('objects come in the order they were asked for, missing ones as undefined', () => {
  const output = Buffer.from(`${ID} blob 6\nh\u00e9l\nx\nHEAD:gone missing\n${ID} commit 0\n\n`);
  expect(parseBatch(output, 3)).toEqual([{ id: ID, type: 'blob', text: 'h\u00e9l\nx' }, undefined, { id: ID, type: 'commit', text: '' }]);
});

test('an ambiguous name and a cut output are missing', () => {
  expect(parseBatch(Buffer.from('abc ambiguous\n'), 1)).toEqual([undefined]);
  expect(parseBatch(Buffer.from(''), 2)).toEqual([undefined, undefined]);
});
