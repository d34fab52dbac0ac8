// A commit's tree as git lists it, in pieces.
import { describe, expect, it } from 'vitest';
import { openTreeReader } from '../../../../src/model/git/tree-listing.js';

const ID = 'a'.repeat(40);
const blob = (path: string, size = 1) => `100644 blob ${ID} ${String(size).padStart(7)}\t${path}\0`;
const tree = (path: string) => `040000 tree ${ID}       -\t${path}\0`;
const link = (path: string) => `160000 commit ${ID}       -\t${path}\0`;

function read(text: string, limits = { paths: 100, bytes: 1_000 }, pieces = text.length) {
  const reader = openTreeReader(limits);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieces) reader.read(bytes.subarray(at, at + pieces));
  return reader.facts();
}

describe('a listing', () => {
  const text = [
    blob('a.txt'),
    tree('vendor'),
    link('vendor/lib'),
    `120000 blob ${ID}       4\tlink\0`,
    link('x y\t\né'),
    blob('.gitattributes'),
    blob('a/.gitattributes'),
    blob('b.gitattributes'),
  ].join('');
  const facts = {
    links: [
      { path: 'vendor/lib', commit: ID },
      { path: 'x y\t\né', commit: ID },
    ],
    attributes: ['.gitattributes', 'a/.gitattributes'],
  };

  it.each([1, 7, 1_000])('in pieces of %d bytes', (pieces) => expect(read(text, undefined, pieces)).toEqual(facts));
  it('of nothing', () => expect(read('')).toEqual({ links: [], attributes: [] }));
  it('leaves out attributes that are too large to be any', () =>
    expect(read(blob('.gitattributes', 100_001), { paths: 9, bytes: 1e9 }).attributes).toEqual([]));

  it.each([
    [blob('x').repeat(101), 'more than 100 files and folders'],
    [tree('x').repeat(101), 'more than 100 files and folders'],
    [blob('x', 501).repeat(2), 'larger than 0 MB together'],
  ])('ends at a limit', (many, words) => expect(() => read(many)).toThrow(words));
});
