// What bin/report says is kept as an object where it can be stored as one, else as it is.
import { expect, it } from 'vitest';
import { readReport } from '../../../../src/builder/result/report.js';

it.each<[string, unknown]>([
  ['x\nnode: 24\n', { node: 24 }],
  ['x\n{"a": [1, null]}', { a: [1, null] }],
  ['x\nhello', 'hello'],
  ['x\na: &a [b, *a]', 'a: &a [b, *a]'],
  ['x\na: &a {b: *a}', 'a: &a {b: *a}'],
  [`x\na: ${'b'.repeat(16 * 1024)}`, `a: ${'b'.repeat(16 * 1024)}`],
])('%j', (field, report) => {
  expect(readReport(field)).toEqual({ buildpack: 'x', report });
});
