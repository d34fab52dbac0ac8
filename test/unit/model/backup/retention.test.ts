import { describe, expect, it } from 'vitest';
import { expired, type Retention } from '../../../../src/model/backup/retention.js';
import type { Transfer } from '../../../../src/model/backup/transfer.js';

const DAY_MS = 24 * 3_600_000;
const NOW = new Date('2026-11-28T12:00:00Z');
const KEEP: Retention = { byHand: 2, days: 3, weeks: 3 };

type Row = Pick<Transfer, 'id' | 'kind' | 'isScheduled' | 'state' | 'proof' | 'createdAt'>;

/** `b3`: by hand, three days old; `a`: by the clock; `r`: a restore. */
function row(id: string, more: Partial<Row> = {}): Row {
  const kind = id.startsWith('r') ? 'restore' : 'backup';
  const createdAt = new Date(NOW.getTime() - Number(id.slice(1)) * DAY_MS);
  return { id, kind, isScheduled: id.startsWith('a'), state: 'succeeded', proof: null, createdAt, ...more };
}

const check = (rows: Row[]) => expired(rows, KEEP, NOW).toSorted();

describe('of backups by hand', () => {
  it('the newest stay, as many as the plan has, whatever their age', () => {
    expect(check(['b1', 'b2', 'b300', 'b400'].map((id) => row(id)))).toEqual(['b300', 'b400']);
    expect(check(['b300', 'b400'].map((id) => row(id)))).toEqual([]);
  });
});

describe('of backups by the clock', () => {
  it('each of the last days stays, and one a week of the last weeks', () => {
    const ids = Array.from({ length: 40 }, (_, age) => `a${age}`);
    const gone = check(ids.map((id) => row(id)));
    const kept = ids.filter((id) => !gone.includes(id));
    expect(kept.slice(0, 3)).toEqual(['a0', 'a1', 'a2']);
    expect(kept).toHaveLength(3 + 2);
    expect(kept.map((id) => Number(id.slice(1))).every((age) => age < 21)).toBe(true);
  });

  it("what went a day ago needn't have been kept today", () => {
    const rows = Array.from({ length: 40 }, (_, age) => row(`a${age}`));
    const goneAfter = (days: number) => expired(rows, KEEP, new Date(NOW.getTime() + days * DAY_MS));
    for (let day = 0; day < 14; day += 1) expect(goneAfter(day + 1)).toEqual(expect.arrayContaining(goneAfter(day)));
  });
});

describe('whatever its age', () => {
  it.each([
    ['the newest that succeeded', [row('a500')], []],
    ['the newest that was verified', [row('b1'), row('b2'), row('b3', { proof: 'failed' }), row('b400', { proof: 'verified' })], ['b3']],
    ['what is under way', [row('b0', { state: 'running' }), row('r1', { state: 'pending' }), row('b500', { proof: 'due' })], []],
    [
      'what failed goes after a week',
      [row('b3', { state: 'failed' }), row('b9', { state: 'failed' }), row('r9', { state: 'cancelled' })],
      ['b9', 'r9'],
    ],
  ])('%s', (_what, rows, gone) => {
    expect(check(rows)).toEqual(gone);
  });
});
