import { expect, test } from 'vitest';
import { partSlug } from '../../../src/docker/slug-files.js';
import type { SlugSource } from '../../../src/docker/slug-image.js';

const MB = 1024 * 1024;
const layer = (digest: string, size: number): SlugSource => ({ digest, size, diffId: digest, open: () => Promise.reject(new Error('not read')) });
const slug = (...sizes: number[]) => sizes.map((size, index) => layer('abc'[index]!, size));

test.each([
  { what: 'few files', sizes: [50 * MB, 2 * MB, MB], layers: 'ab', files: 'c' },
  { what: 'more', sizes: [50 * MB, 2 * MB, MB + 1], layers: 'abc', files: '' },
  { what: 'no layer below', sizes: [100], layers: '', files: 'a' },
  { what: 'packages, where a container waits below them', sizes: [50 * MB, 2 * MB, MB], waitsOn: 'a', layers: 'a', files: 'bc' },
  { what: 'more than few files, where a container waits below them', sizes: [50 * MB, 2 * MB, 6 * MB], waitsOn: 'ab', layers: 'ab', files: 'c' },
  { what: 'many packages', sizes: [50 * MB, 8 * MB, 1], waitsOn: 'a', layers: 'ab', files: 'c' },
  { what: 'a container that waits on the stack alone', sizes: [MB, MB, MB], waitsOn: '', layers: '', files: 'abc' },
  { what: 'one that waits on something else', sizes: [50 * MB, 2 * MB, MB], waitsOn: 'ax', layers: 'ab', files: 'c' },
  { what: 'one that waits on more', sizes: [50 * MB, 2 * MB], waitsOn: 'abc', layers: 'ab', files: '' },
  { what: 'one that waits on all of it', sizes: [50 * MB, 2 * MB], waitsOn: 'ab', layers: 'ab', files: '' },
])('$what', ({ sizes, waitsOn, layers, files }) => {
  const parts = partSlug(slug(...sizes), waitsOn === undefined ? undefined : [...waitsOn]);
  expect([parts.layers, parts.files].map((part) => part.map(({ digest }) => digest).join(''))).toEqual([layers, files]);
});
