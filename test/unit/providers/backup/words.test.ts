import { expect, it } from 'vitest';
import { tookPlace, warningsIn } from '../../../../src/providers/backup/restore.js';
import { reasonIn } from '../../../../src/providers/backup/transfer-work.js';

it.each([
  [0, '', 0],
  [1, 'pg_restore: error: x\npg_restore: warning: errors ignored on restore: 2\n', 2],
  [1, 'pg_restore: error: could not read from input file: end of file\n', null],
  [137, 'pg_restore: warning: errors ignored on restore: 2\n', null],
])('a restore that ends with %i and says %j had %j warnings', (status, stderr, warnings) => {
  expect(warningsIn(status, stderr)).toBe(warnings);
});

it.each([
  ['pg_dump: warning: x\npg_dump: error: query failed\n0+0 records in\n', 'pg_dump: error: query failed'],
  ['psql: FATAL:  no\n', 'psql: FATAL:  no'],
  ['Killed\n', 'Killed'],
  ['', 'it ended'],
])('of %j the reason is %j', (stderr, reason) => {
  expect(reasonIn(stderr)).toBe(reason);
});

it.each([
  ['t\n', true],
  ['f\n', false],
  ['', false],
])('a restore after which %j is printed took the place: %j', (printed, isSo) => {
  expect(tookPlace(printed)).toBe(isSo);
});
