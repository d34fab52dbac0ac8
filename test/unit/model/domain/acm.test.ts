import { describe, expect, it } from 'vitest';
import { afterFailure, renewalOf } from '../../../../src/model/domain/acm.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const minutes = (failures: number, isRateLimited = false) => (afterFailure(failures, NOW, isRateLimited).nextAt.getTime() - NOW) / 60_000;

describe('an automatic certificate', () => {
  it('is tried for again after 15 minutes, then after twice as long each time, at last once a day', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => minutes(failures))).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
    expect([1, 6, 7].map((failures) => afterFailure(failures, NOW, false).status)).toEqual(['failing', 'failing', 'failed']);
  });

  it('waits six hours at least where the authority has had too many', () => {
    expect([minutes(1, true), minutes(7, true)]).toEqual([360, 960]);
  });

  it('is renewed at two thirds of its life', () => {
    const life = { startsAt: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-04-01T00:00:00Z') };
    expect(renewalOf(life)).toEqual(new Date('2026-03-02T00:00:00Z'));
  });
});
