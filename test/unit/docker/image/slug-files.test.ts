import { expect, test } from 'vitest';
import { partSlug } from '../../../../src/docker/image/slug-files.js';
import type { SlugSource } from '../../../../src/docker/image/slug-image.js';

const MB = 1024 * 1024;
/** What is known of a layer: that a dyno can write it, that it can't, or nothing. */
const WRITABLE = { w: true, r: false, '?': undefined } as const;
type Known = keyof typeof WRITABLE;

function slug(sizes: number[], known: string): SlugSource[] {
  return sizes.map((size, index) => {
    const digest = 'abc'[index]!;
    const isWritable = WRITABLE[known.at(index - sizes.length) as Known];
    return {
      digest,
      size,
      diffId: digest,
      ...(isWritable !== undefined && { isWritable }),
      open: () => Promise.reject(new Error('not read')),
    };
  });
}

test.each([
  { what: 'few files', sizes: [50 * MB, 2 * MB, MB], layers: 'ab', files: 'c' },
  { what: 'more', sizes: [50 * MB, 2 * MB, MB + 1], layers: 'abc', files: '' },
  { what: 'no layer below', sizes: [100], layers: '', files: 'a' },
  { what: 'packages, where a container waits below them', sizes: [50 * MB, 2 * MB, MB], waitsOn: 'a', layers: 'a', files: 'bc' },
  {
    what: 'more than few files, where a container waits below them',
    sizes: [50 * MB, 2 * MB, 6 * MB],
    waitsOn: 'ab',
    layers: 'ab',
    files: 'c',
  },
  { what: 'many packages', sizes: [50 * MB, 8 * MB, 1], waitsOn: 'a', layers: 'ab', files: 'c' },
  { what: 'a container that waits on the stack alone', sizes: [MB, MB, MB], waitsOn: '', layers: '', files: 'abc' },
  { what: 'one that waits on something else', sizes: [50 * MB, 2 * MB, MB], waitsOn: 'ax', layers: 'ab', files: 'c' },
  { what: 'one that waits on more', sizes: [50 * MB, 2 * MB], waitsOn: 'abc', layers: 'ab', files: '' },
  { what: 'one that waits on all of it', sizes: [50 * MB, 2 * MB], waitsOn: 'ab', layers: 'ab', files: '' },
  {
    what: 'a second runtime, where a container waits on the first',
    sizes: [50 * MB, MB, MB],
    known: '??w',
    waitsOn: 'a',
    layers: 'ab',
    files: 'c',
  },
  { what: 'packages over it: they are in the image with it', sizes: [MB, MB, MB], known: '?ww', waitsOn: '', layers: 'ab', files: 'c' },
  { what: 'packages of which nothing is known', sizes: [50 * MB, MB, MB], known: '??w', waitsOn: 'a', layers: 'ab', files: 'c' },
  { what: 'packages with a read-only directory', sizes: [50 * MB, MB, MB], known: '?rw', waitsOn: 'a', layers: 'abc', files: '' },
  { what: 'few files over a read-only directory', sizes: [50 * MB, MB, 1], known: '?rw', layers: 'abc', files: '' },
])('$what', ({ sizes, known = 'www', waitsOn, layers, files }) => {
  const parts = partSlug(slug(sizes, known), waitsOn === undefined ? undefined : [...waitsOn]);
  expect([parts.layers, parts.files].map((part) => part.map(({ digest }) => digest).join(''))).toEqual([layers, files]);
});
