import { expect, it } from 'vitest';
import { describeProof, transferName } from '../../../../src/model/backup/transfer.js';

it.each([
  ['backup', false, 1, 'b001'],
  ['backup', true, 12, 'a012'],
  ['restore', false, 1234, 'r1234'],
] as const)('a %s, by the clock: %s, number %i is called %s', (kind, isScheduled, num, name) => {
  expect(transferName({ kind, isScheduled, num })).toBe(name);
});

it.each([
  [41, 1_234_567, '41 tables, 1.2M rows'],
  [1, 1, '1 table, 1 row'],
  [0, 0, '0 tables, 0 rows'],
  [2, 9_999, '2 tables, 9999 rows'],
  [2, 41_400, '2 tables, 41k rows'],
  [2, 3e9, '2 tables, 3G rows'],
])('%i tables with %i rows are told as %s', (proofTables, proofRows, words) => {
  const proofAt = new Date('2026-11-27T03:10:00Z');
  expect(describeProof({ proof: 'verified', proofAt, proofTables, proofRows, proofReason: null })).toBe(`verified 2026-11-27, ${words}`);
});

it('one that failed says why, one that waits says so, one that was never tried says nothing', () => {
  const none = { proofAt: null, proofTables: null, proofRows: null, proofReason: null };
  const failed = { ...none, proof: 'failed', proofAt: new Date('2026-11-27T03:10:00Z'), proofReason: 'it was changed' } as const;
  expect(describeProof(failed)).toBe("can't be restored, tried 2026-11-27: it was changed");
  expect(describeProof({ ...none, proof: 'due' })).toBe('to be verified');
  expect(describeProof({ ...none, proof: null })).toBeNull();
});
